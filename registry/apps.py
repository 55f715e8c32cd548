"""The registry app: who, where, what was done."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Names the app; the audit package hooks into the database from here."""

    name = "registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let connections tell who writes, and every migrate renew the triggers."""
        from registry.audit import hooks

        hooks.connect()
