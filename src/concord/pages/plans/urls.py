"""Addresses of development plans, and of what was shown."""

from __future__ import annotations

from django.urls import path

from concord.pages.plans import shown, signing, views, writing

_ALL = "alliances/<slug:alliance>/plans/"
_ONE = _ALL + "<int:number>/"
_SHOWN = "alliances/<slug:alliance>/shown/"

urlpatterns = [
    path(_ALL, views.board, name="plans"),
    path(_ALL + "begin/<str:code>/", views.begin, name="plan_begin"),
    path(_ONE, views.plan, name="plan"),
    path(_ONE + "reopen/", views.reopen, name="plan_reopen"),
    path(_ONE + "text/<slug:part>/<int:key>/", writing.write, name="plan_write"),
    path(_ONE + "actions/<int:key>/", views.progress, name="plan_progress"),
    path(_ONE + "signatures/", signing.signatures, name="plan_signatures"),
    path(_ONE + "signatures/<slug:office>/paper/", signing.on_paper, name="plan_on_paper"),
    path(_ONE + "signatures/<slug:office>/<slug:verb>/", signing.answer, name="plan_answer"),
    path(_ONE + "document.<slug:kind>", views.document, name="plan_document"),
    path(_SHOWN, shown.board, name="shown"),
    path(_SHOWN + "<int:number>/", shown.one, name="shown_one"),
]
