"""Addresses of packs."""

from __future__ import annotations

from django.urls import path

from concord.pages.packs import views

_ALL = "alliances/<slug:alliance>/packs/"

urlpatterns = [
    path(_ALL, views.board, name="packs"),
    path(_ALL + "ask/<str:code>/<slug:kind>/", views.ask, name="pack_ask"),
    path(_ALL + "<int:number>/", views.pack, name="pack"),
    path(_ALL + "<int:number>/file.<slug:kind>", views.download, name="pack_file"),
]
