"""Addresses of what was worked out of a release: where to look, the rug, an indicator, the whole quarter."""

from __future__ import annotations

from django.urls import path

from concord.pages.analysis import files, views

_ALLIANCE = "alliances/<slug:alliance>/"
_MEMBER = _ALLIANCE + "members/<str:code>/"
_ONE = _MEMBER + "benchmark/<slug:dataset>/<slug:indicator>/"

urlpatterns = [
    path(_ALLIANCE + "where-to-look/", views.where_to_look, name="where_to_look"),
    path(_MEMBER + "where-to-look/", views.authority_signals, name="authority_signals"),
    path(_ALLIANCE + "rug/<slug:dataset>/", views.rug, name="rug"),
    path(_ALLIANCE + "quarter/<slug:dataset>/<str:period>/", views.quarter, name="quarter"),
    path(_ALLIANCE + "compare/<slug:dataset>/", views.compare, name="compare"),
    path(
        _ALLIANCE + "benchmark/<slug:dataset>/<slug:picture>.<str:kind>", files.group_file, name="group_file"
    ),
    path(_ONE, views.benchmark, name="benchmark"),
    path(_ONE + "<slug:picture>.<str:kind>", files.download, name="benchmark_file"),
]
