"""A migration that fails half-way, after others were applied."""

from django.db import migrations


def fail(apps, schema_editor):
    """Change a row, and fail."""
    apps.get_model("registry", "Site").objects.update(name="by what failed")
    raise RuntimeError("the migration itself")


class Migration(migrations.Migration):
    """Fail."""

    dependencies = [("registry", "0002_everything")]
    operations = [migrations.RunPython(fail, migrations.RunPython.noop)]
