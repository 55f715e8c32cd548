"""Where Django tells the audit that something begins: a connection, a migrate."""

from typing import Any

from django.apps import apps
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate

from registry.audit import migrating, triggers


def connect() -> None:
    """Listen; the app calls this once, when it is ready."""
    owner = apps.get_app_config("registry")
    connection_created.connect(_connected, dispatch_uid="audit connection")
    pre_migrate.connect(migrating.before, sender=owner, dispatch_uid="audit before")
    post_migrate.connect(migrating.after, sender=owner, dispatch_uid="audit after")


def _connected(connection: Any, **_: Any) -> None:
    triggers.engine(connection).connect(connection)
