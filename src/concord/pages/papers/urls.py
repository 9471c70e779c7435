"""Addresses of papers, whatever kind they are."""

from __future__ import annotations

from django.urls import path

from concord.pages.papers import files, signing, views

_ONE = "alliances/<slug:alliance>/papers/<int:number>/"
_SECTION = _ONE + "sections/<slug:key>/"

urlpatterns = [
    path(_ONE, views.paper, name="paper"),
    path(_ONE + "whole/", views.whole, name="paper_whole"),
    path(_ONE + "hand-in/", signing.hand_in, name="paper_hand_in"),
    path(_ONE + "reopen/", signing.reopen, name="paper_reopen"),
    path(_ONE + "signatures/", signing.signatures, name="paper_signatures"),
    path(_ONE + "signatures/<slug:office>/paper/", signing.on_paper, name="paper_on_paper"),
    path(_ONE + "signatures/<slug:office>/<slug:verb>/", signing.answer, name="paper_answer"),
    path(_ONE + "evidence/<int:file>/", files.evidence, name="paper_evidence"),
    path(_ONE + "document.<slug:kind>", files.document, name="paper_document"),
    path(_SECTION, views.section, name="paper_section"),
    path(_SECTION + "compare/", views.compare, name="paper_compare"),
    path(_SECTION + "assign/", views.assign, name="paper_assign"),
]
