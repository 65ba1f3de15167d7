from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plans", "0002_decision")]

    operations = [
        migrations.AddField(
            model_name="worksheet",
            name="workshop",
            field=models.TextField(blank=True, verbose_name="workshop in which it was concluded"),
        ),
    ]
