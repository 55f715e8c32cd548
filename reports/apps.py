"""The reports app: what we learn, and what may leave."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Names the app."""

    name = "reports"
    default_auto_field = "django.db.models.BigAutoField"
