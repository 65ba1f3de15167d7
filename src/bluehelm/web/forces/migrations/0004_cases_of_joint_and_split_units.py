from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("forces", "0003_areas_outputs_and_training"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="deploymentcase", name="requirement_has_one_live_case"),
        migrations.RemoveConstraint(model_name="deploymentcase", name="pledge_has_one_live_case"),
        migrations.AddConstraint(
            model_name="deploymentcase",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("open", "arrived"))),
                fields=("requirement", "pledge"),
                name="pledge_serves_a_requirement_in_one_live_case",
            ),
        ),
    ]
