"""Addresses of the reports of a release."""

from __future__ import annotations

from django.urls import path

from concord.pages.documents import views

_ALL = "alliances/<slug:alliance>/releases/<slug:dataset>/<str:period>/<int:number>/documents/"

urlpatterns = [
    path(_ALL, views.documents, name="documents"),
    path(_ALL + "<str:code>.<str:kind>", views.download, name="document"),
]
