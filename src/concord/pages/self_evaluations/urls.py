"""Addresses of the year’s self-evaluations."""

from __future__ import annotations

from django.urls import path

from concord.pages.self_evaluations import views

_ALL = "alliances/<slug:alliance>/self-evaluations/"

urlpatterns = [
    path(_ALL, views.self_evaluations, name="self_evaluations"),
    path(_ALL + "<str:code>/begin/", views.begin, name="self_evaluation_begin"),
]
