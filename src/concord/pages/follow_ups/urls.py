"""Addresses of looks back."""

from __future__ import annotations

from django.urls import path

from concord.pages.follow_ups import views

_ALL = "alliances/<slug:alliance>/follow-ups/"

urlpatterns = [
    path(_ALL, views.board, name="follow_ups"),
    path(_ALL + "<int:number>/", views.look, name="follow_up"),
    path("alliances/<slug:alliance>/plans/<int:number>/look-back/", views.set_up, name="follow_up_set_up"),
]
