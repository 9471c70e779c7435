"""Addresses of tally’s page."""

from django.urls import path

from concord.pages.tally import views

_ONE = "alliances/<slug:alliance>/returns/<slug:dataset>/<str:period>/<str:code>/"

urlpatterns = [
    path(_ONE + "tally/", views.count, name="return_tally"),
    path("tally/plan.json", views.plan_file, name="tally_plan"),
]
