"""Addresses of narratives."""

from __future__ import annotations

from django.urls import path

from concord.pages.narratives import views

_OF = "alliances/<slug:alliance>/members/<str:code>/narratives/"

urlpatterns = [
    path(_OF, views.narratives, name="narratives"),
    path(_OF + "<slug:dataset>/<str:period>/<slug:indicator>/", views.narrative, name="narrative"),
]
