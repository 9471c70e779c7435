"""Addresses of challenges."""

from __future__ import annotations

from django.urls import path

from concord.pages.challenges.views import care, enquiry, lists, outcome, overview, room, seats, timetable

_ALL = "alliances/<slug:alliance>/challenges/"
_ONE = _ALL + "<int:number>/"

urlpatterns = [
    path(_ALL, lists.challenges, name="challenges"),
    path(_ALL + "responses/", lists.responses, name="challenge_responses"),
    path(_ALL + "new/<str:code>/", lists.new, name="challenge_new"),
    path(_ONE, overview.challenge, name="challenge"),
    path(_ONE + "checklist/", overview.checklist, name="challenge_checklist"),
    path(_ONE + "answer/", seats.answer, name="challenge_answer"),
    path(_ONE + "seats/", seats.people, name="challenge_seats"),
    path(_ONE + "timetable/", timetable.timetable, name="challenge_timetable"),
    path(_ONE + "timetable/<int:slot>/", timetable.meeting, name="challenge_meeting"),
    path(_ONE + "timetable.ics", timetable.calendar, name="challenge_calendar"),
    path(_ONE + "reading/", enquiry.reading, name="challenge_reading"),
    path(_ONE + "lines/", enquiry.lines, name="challenge_lines"),
    path(_ONE + "contacts/", care.contacts, name="challenge_contacts"),
    path(_ONE + "room/", room.room, name="challenge_room"),
    path(_ONE + "room/<int:finding>/", room.finding, name="challenge_finding"),
    path(_ONE + "reflections/", outcome.reflections, name="challenge_reflections"),
    path(_ONE + "report/", outcome.report, name="challenge_report"),
    path(_ONE + "report.<str:kind>", outcome.report_file, name="challenge_report_file"),
    path(_ONE + "themes/", outcome.themes, name="challenge_themes"),
    path(_ONE + "incidents/", care.incidents, name="challenge_incidents"),
    path(_ONE + "disputes/", care.disputes, name="challenge_disputes"),
]
