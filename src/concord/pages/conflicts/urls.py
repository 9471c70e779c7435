"""Addresses of conflicts of interest."""

from __future__ import annotations

from django.urls import path

from concord.pages.conflicts import views

_ALL = "alliances/<slug:alliance>/conflicts/"

urlpatterns = [
    path(_ALL, views.conflicts, name="conflicts"),
    path(_ALL + "<int:number>/", views.conflict, name="conflict"),
]
