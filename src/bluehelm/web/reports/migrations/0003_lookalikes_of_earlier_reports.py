"""Reports that were filed before pairs were kept are compared once."""

from typing import Any

from django.db import migrations

from bluehelm.web.reports.lookalikes import keep_all


def compare(apps: Any, schema_editor: Any) -> None:
    del schema_editor
    reports = apps.get_model("reports", "Report").objects.filter(withdrawn_at=None).order_by("from_at")
    keep_all(reports.iterator(chunk_size=2000), apps.get_model("reports", "Lookalike"))


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_lookalikes_and_order")]

    operations = [migrations.RunPython(compare, migrations.RunPython.noop)]
