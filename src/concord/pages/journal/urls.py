"""The journal's address."""

from __future__ import annotations

from django.urls import path

from concord.pages.journal import views

urlpatterns = [path("alliances/<slug:alliance>/journal/", views.journal, name="journal")]
