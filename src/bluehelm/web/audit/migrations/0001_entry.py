"""Makes the one table of the audit; its triggers are put in place after every migrate."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("sequence", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="number")),
                ("at", models.CharField(db_index=True, max_length=27, verbose_name="when (UTC)")),
                ("deed", models.CharField(db_index=True, max_length=80, verbose_name="deed")),
                ("by", models.CharField(db_index=True, max_length=160, verbose_name="by")),
                ("post", models.CharField(blank=True, max_length=120, verbose_name="post")),
                ("kind", models.CharField(max_length=80, verbose_name="kind of record")),
                ("key", models.CharField(max_length=200, verbose_name="record")),
                ("detail", models.TextField(verbose_name="detail")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("marking", models.PositiveSmallIntegerField(verbose_name="marking")),
                ("audience", models.CharField(blank=True, max_length=1000, verbose_name="audience")),
                ("nonce", models.CharField(max_length=32, verbose_name="nonce")),
                (
                    "previous_hash",
                    models.CharField(max_length=64, unique=True, verbose_name="hash of the entry before"),
                ),
                ("hash", models.CharField(max_length=64, verbose_name="hash")),
            ],
            options={
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit entries",
                "db_table": "audit_entry",
                "ordering": ("sequence",),
                "indexes": [models.Index(fields=["kind", "key"], name="audit_entry_kind_key")],
            },
        ),
    ]
