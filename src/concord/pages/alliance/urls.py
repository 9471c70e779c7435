"""The address of an alliance's first page."""

from __future__ import annotations

from django.urls import path

from concord.pages.alliance import views

urlpatterns = [path("alliances/<slug:alliance>/", views.overview, name="alliance")]
