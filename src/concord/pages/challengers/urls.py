"""Addresses of the register of challengers."""

from __future__ import annotations

from django.urls import path

from concord.pages.challengers import views

_ALL = "alliances/<slug:alliance>/challengers/"

urlpatterns = [
    path(_ALL, views.challengers, name="challengers"),
    path(_ALL + "nominate/<str:code>/", views.nominate, name="challenger_nominate"),
    path(_ALL + "<int:number>/", views.challenger, name="challenger"),
]
