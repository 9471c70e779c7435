"""Addresses of returns."""

from django.urls import path

from concord.pages.returns import views

_ONE = "alliances/<slug:alliance>/returns/<slug:dataset>/<str:period>/<str:code>/"

urlpatterns = [
    path("alliances/<slug:alliance>/returns/", views.returns, name="returns"),
    path(_ONE, views.one, name="return"),
    path(_ONE + "workbook/", views.workbook, name="return_workbook"),
    path(_ONE + "file/", views.file, name="return_file"),
    path(_ONE + "paste/", views.paste, name="return_paste"),
    path(_ONE + "take-in/", views.take_in, name="return_take_in"),
    path(_ONE + "submissions/<int:number>/", views.submission, name="return_submission"),
    path(_ONE + "compare/", views.compare, name="return_compare"),
]
