"""Addresses of the first page, the duties board, the memorandum, and calendars."""

from __future__ import annotations

from django.urls import path

from concord.pages.duties import feeds, views

urlpatterns = [
    path("", views.home, name="home"),
    path("news/seen/", views.seen, name="news_seen"),
    path("me/calendar/", feeds.make, name="feed_make"),
    path("me/calendar/revoke/", feeds.revoke, name="feed_revoke"),
    path("feeds/<str:token>.ics", feeds.feed, name="feed"),
    path("alliances/<slug:alliance>/duties/", views.board, name="duties"),
    path("alliances/<slug:alliance>/duties/<str:clause>/<slug:key>/", views.duty, name="duty"),
    path("alliances/<slug:alliance>/memorandum/", views.memorandum, name="memorandum"),
    path("alliances/<slug:alliance>/memorandum/<str:clause>/", views.clause, name="clause"),
]
