"""Addresses of cohorts and participants."""

from django.urls import path

from outcomes import views

urlpatterns = [
    path("cohorts/<slug:cohort>/", views.cohort, name="cohort"),
    path("participants/<slug:study_id>/", views.participant, name="participant"),
    path("participants/<slug:study_id>/history/", views.history, name="history"),
]
