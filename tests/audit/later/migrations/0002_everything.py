"""What a later release may do to tables that hold data."""

from django.db import migrations, models


def write(apps, schema_editor):
    """Change one row, add one, take one away."""
    site = apps.get_model("registry", "Site")
    site.objects.filter(code="north").update(name="by the migration")
    site.objects.create(code="made", name="Made", country="NO")
    site.objects.filter(code="gone").delete()


class Migration(migrations.Migration):
    """Add, alter, rename and drop columns; write in between."""

    dependencies = [("registry", "0001_initial")]
    operations = [
        migrations.AddField(
            "site", "country", models.CharField(default="", max_length=2)
        ),
        migrations.AlterField("site", "name", models.CharField(max_length=200)),
        migrations.RunPython(write, migrations.RunPython.noop),
        migrations.RenameField("participant", "sex", "recorded_sex"),
        migrations.RemoveField("procedure", "is_planned"),
        migrations.AlterField("cohort", "protocol", models.TextField()),
        migrations.CreateModel("Ward", [("name", models.CharField(max_length=9))]),
        migrations.AddField(
            "ward", "site", models.ForeignKey("registry.Site", models.PROTECT)
        ),
    ]
