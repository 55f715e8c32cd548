"""Addresses of reports, below a cohort's."""

from django.urls import path

from reports import views

urlpatterns = [
    path("<slug:report>/", views.report, name="report"),
    path("<slug:report>.<slug:extension>", views.report_file, name="report-file"),
]
