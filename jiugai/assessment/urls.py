"""Addresses of the task board and of co-ordination."""

from django.urls import URLPattern, path, re_path

from jiugai.assessment.views import board, coordination, progress

urlpatterns: list[URLPattern] = [
    path("progress/", progress.progress, name="progress"),
    path("progress/weekly/", progress.weekly, name="weekly"),
    re_path(r"^progress/weekly/(?P<form>docx|pdf|xlsx)/$", progress.weekly_file, name="weekly-file"),
    path("tasks/", board.task_board, name="task-board"),
    path("tasks/<int:number>/", board.task_page, name="task-page"),
    path("tasks/measures/<slug:measure_id>/report/", board.measure_report, name="measure-report"),
    path("obligations/<str:ident>/", board.obligation, name="obligation"),
    path("coordination/", coordination.coordination, name="coordination"),
    path("coordination/new/", coordination.mechanism_new, name="mechanism-new"),
    path("mechanisms/<int:pk>/", coordination.mechanism, name="mechanism"),
    path("mechanisms/<int:pk>/meetings/new/", coordination.meeting_new, name="meeting-new"),
    path("liaisons/new/", coordination.liaison_new, name="liaison-new"),
    path("liaisons/<int:pk>/reveal/", coordination.liaison_reveal, name="liaison-reveal"),
]
