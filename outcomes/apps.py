"""The outcomes app: what we ask, when, and what happened."""

from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    """Reads a site's own measures beside the shipped ones."""

    name = "outcomes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add the measures that this installation brought along."""
        from django.conf import settings

        from outcomes.instruments import add_folder

        if settings.LOCAL_INSTRUMENTS.is_dir():
            add_folder(settings.LOCAL_INSTRUMENTS)
