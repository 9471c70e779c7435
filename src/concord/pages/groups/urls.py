"""Addresses of groups."""

from __future__ import annotations

from django.urls import path

from concord.pages.groups import views

_ALL = "alliances/<slug:alliance>/groups/"

urlpatterns = [
    path(_ALL, views.groups, name="groups"),
    path(_ALL + "begin/<str:year>/<slug:place>/", views.begin, name="groups_begin"),
    path(_ALL + "<int:number>/", views.grouping, name="grouping"),
]
