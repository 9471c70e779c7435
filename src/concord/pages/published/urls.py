"""Addresses of published figures."""

from __future__ import annotations

from django.urls import path

from concord.pages.published import views

urlpatterns = [
    path("published/", views.index, name="published"),
    path("published/<slug:publication>/<str:measure>/", views.measure, name="published_measure"),
]
