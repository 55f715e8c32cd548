"""How a row is written down: the same expression in the triggers and in the proof."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps as installed
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from registry.audit.models import Event, Seal

AUDITED_APPS = ("registry", "outcomes", "reports")
# How these are written depends on settings of the session, or loses digits.
INEXACT = (models.FloatField, models.DurationField)


@dataclass(frozen=True)
class Table:
    """A table whose changes are recorded."""

    name: str
    key: str
    columns: tuple[tuple[str, str], ...]

    def written(self, engine: str, row: str) -> str:
        """Return SQL that writes `row` (`NEW`, `OLD`, or a table's name) as JSON."""
        build = "json_build_object" if engine == "postgresql" else "json_object"
        text = "::text" if engine == "postgresql" else ""
        parts = ", ".join(
            f"'{name}', {_expression(engine, kind, f'{row}.{quoted(name)}')}"
            for name, kind in self.columns
        )
        return f"{build}({parts}){text}"


def quoted(name: str) -> str:
    """Return an identifier, quoted; both engines agree on this."""
    return '"' + name.replace('"', '""') + '"'


def audited(apps: Any = installed) -> list[Table]:
    """Return every audited table, in the order of their names.

    `apps` may be the models of an earlier migration state.
    """
    trail = {Event._meta.db_table, Seal._meta.db_table}
    found = [
        model
        for label in AUDITED_APPS
        if label in apps.app_configs
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ]
    tables = {
        model._meta.db_table: _table(model)
        for model in found
        if model._meta.managed and model._meta.db_table not in trail
    }
    return [tables[name] for name in sorted(tables)]


def _table(model: Any) -> Table:
    """Return a model's table; its columns by name, the key first.

    So a model gives the same whether its class or its migrations tell of it: these
    append a new field, where the class may have it in the middle.
    """
    digested = _digested(model)
    fields = sorted(
        model._meta.concrete_fields,
        key=lambda field: (not field.primary_key, field.column),
    )
    columns = tuple((field.column, _kind(field, digested)) for field in fields)
    return Table(model._meta.db_table, model._meta.pk.column, columns)


def _digested(model: Any) -> tuple[str, ...]:
    """Return the fields kept as digests; the live model tells, also for old states."""
    label = model._meta.label_lower
    live = {one._meta.label_lower: one for one in installed.get_models()}.get(label)
    return getattr(live or model, "audited_as_digest", ())


def _kind(field: Any, digested: tuple[str, ...] = ()) -> str:
    if field.name in digested and not isinstance(field, models.BinaryField):
        return "digest"
    while getattr(field, "remote_field", None) and field.many_to_one | field.one_to_one:
        field = field.target_field
    if isinstance(field, INEXACT):
        raise ImproperlyConfigured(
            f"The audit cannot write {field} exactly: use a DecimalField, or whole "
            f"numbers."
        )
    kinds = {
        models.BinaryField: "binary digest",
        models.BooleanField: "boolean",
        models.DateTimeField: "moment",
        models.DecimalField: "decimal",
        models.JSONField: "json",
    }
    return next(
        (kind for cls, kind in kinds.items() if isinstance(field, cls)), "plain"
    )


def _expression(engine: str, kind: str, column: str) -> str:
    """Return SQL for one value, such that no two stored values are written alike."""
    text = f"convert_to(({column})::text, 'UTF8')"
    moment = f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US\"+00\"')"
    postgresql = {
        "decimal": f"trim_scale({column})::text",
        "json": f"{column}::text",
        "moment": moment,
        "digest": f"'sha256:' || encode(sha256({text}), 'hex')",
        "binary digest": f"'sha256:' || encode(sha256({column}), 'hex')",
    }
    sqlite = {
        "decimal": f"CASE WHEN {column} IS NOT NULL THEN quote({column}) END",
        "boolean": f"json(CASE WHEN {column} IS NULL THEN 'null' WHEN {column} = 1"
        f" THEN 'true' WHEN {column} = 0 THEN 'false' ELSE json_quote({column}) END)",
        "digest": f"registry_sha256({column})",
        "binary digest": f"registry_sha256({column})",
    }
    by_kind = postgresql if engine == "postgresql" else sqlite
    return by_kind.get(kind, column)
