"""Addresses of reports for programs, below a cohort's."""

from django.urls import path

from reports import api

urlpatterns = [path("<slug:report>/", api.report, name="api-report")]
