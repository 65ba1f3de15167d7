"""Makes the ledger: findings, recommendations, decisions, actions, effects and their evidence."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("posts", "0001_posts_and_audiences"),
    ]

    operations = [
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("outcome", models.CharField(max_length=20, verbose_name="decision")),
                ("decided_by", models.CharField(max_length=150, verbose_name="decided by")),
                ("decided_on", models.DateField(verbose_name="decided on")),
                ("why", models.TextField(verbose_name="reason")),
                ("modified_to", models.TextField(blank=True, verbose_name="modified to")),
                (
                    "decided_post",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="posts.post"),
                ),
            ],
            options={
                "verbose_name": "decision",
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="Action",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_on", models.DateField(verbose_name="begun on")),
                ("started_by", models.CharField(max_length=150)),
                ("named_on", models.DateField(verbose_name="measurement named on")),
                ("measurement", models.TextField(blank=True, verbose_name="what will be measured")),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="in which source")),
                ("before", models.CharField(blank=True, max_length=200, verbose_name="reading before the action")),
                ("read_on", models.DateField(blank=True, null=True, verbose_name="to be read on")),
                ("not_observable_why", models.TextField(blank=True, verbose_name="why the effect cannot be observed")),
                ("extent", models.CharField(blank=True, max_length=20, verbose_name="done")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="done on")),
                (
                    "started_post",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="posts.post"),
                ),
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="action", to="findings.decision"
                    ),
                ),
            ],
            options={
                "verbose_name": "action",
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="Effect",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("read_on", models.DateField(verbose_name="read on")),
                ("read_by", models.CharField(max_length=150)),
                ("reading", models.CharField(blank=True, max_length=200, verbose_name="reading")),
                ("judgement", models.TextField(blank=True, verbose_name="judgement")),
                ("confidence", models.CharField(blank=True, max_length=40, verbose_name="confidence")),
                ("not_observable_why", models.TextField(blank=True, verbose_name="why it cannot be observed")),
                (
                    "action",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="effect", to="findings.action"
                    ),
                ),
                (
                    "read_post",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="posts.post"),
                ),
            ],
            options={
                "verbose_name": "effect",
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "marking",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "Unclassified"), (1, "Confidential"), (2, "Strictly Confidential")],
                        default=2,
                        verbose_name="marking",
                    ),
                ),
                ("row_version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("statement", models.TextField(verbose_name="what was found")),
                ("domain", models.CharField(max_length=40, verbose_name="domain")),
                ("severity", models.CharField(max_length=40, verbose_name="severity")),
                ("confidence", models.CharField(max_length=40, verbose_name="confidence")),
                ("mission", models.CharField(blank=True, max_length=60, verbose_name="mission")),
                ("found_on", models.DateField(verbose_name="found on")),
                ("own_state", models.CharField(max_length=40)),
                ("state", models.CharField(max_length=40, verbose_name="state")),
                ("explanation", models.TextField(blank=True, verbose_name="how the program came to propose it")),
                ("proposed_by", models.CharField(blank=True, max_length=60, verbose_name="proposed by")),
                ("stable_key", models.CharField(blank=True, max_length=200)),
                ("raised_by", models.CharField(blank=True, max_length=150, verbose_name="raised by")),
                ("raised_on", models.DateField(blank=True, null=True, verbose_name="raised on")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="ended on")),
                ("ended_by", models.CharField(blank=True, max_length=150)),
                ("ended_reason", models.TextField(blank=True)),
                (
                    "ended_post",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="posts.post",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="findings.finding",
                    ),
                ),
                (
                    "raised_post",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="posts.post",
                    ),
                ),
                (
                    "releasable_to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="posts.audience",
                        verbose_name="releasable to",
                    ),
                ),
                (
                    "superseded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supersedes",
                        to="findings.finding",
                    ),
                ),
            ],
            options={
                "verbose_name": "finding",
                "ordering": ("-found_on", "-pk"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row_version", models.PositiveIntegerField()),
                ("at", models.DateTimeField(verbose_name="at")),
                ("on", models.DateField(verbose_name="on")),
                ("deed", models.CharField(max_length=60, verbose_name="deed")),
                ("by", models.CharField(max_length=150, verbose_name="by")),
                ("post", models.CharField(blank=True, max_length=60, verbose_name="post")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("fields", models.JSONField(default=dict)),
                (
                    "marking",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "Unclassified"), (1, "Confidential"), (2, "Strictly Confidential")]
                    ),
                ),
                (
                    "releasable_to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="posts.audience"
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="findings.finding"
                    ),
                ),
            ],
            options={
                "verbose_name": "change",
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="Apart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by", models.CharField(max_length=150)),
                ("on", models.DateField()),
                ("reason", models.TextField()),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="findings.finding"
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="findings.finding"
                    ),
                ),
            ],
            options={
                "verbose_name": "two findings kept apart",
            },
        ),
        migrations.CreateModel(
            name="Recommendation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("text", models.TextField(verbose_name="recommendation")),
                ("due_on", models.DateField(db_index=True, verbose_name="due on")),
                ("cost_usd", models.PositiveBigIntegerField(blank=True, null=True, verbose_name="cost in US dollars")),
                ("capability", models.CharField(blank=True, max_length=20, verbose_name="capability")),
                ("state", models.CharField(db_index=True, default="recommended", max_length=40, verbose_name="state")),
                ("made_by", models.CharField(max_length=150)),
                ("made_on", models.DateField(verbose_name="recommended on")),
                ("reopened_on", models.DateField(blank=True, null=True)),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("ended_reason", models.TextField(blank=True)),
                ("ended_by", models.CharField(blank=True, max_length=150)),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recommendations",
                        to="findings.finding",
                    ),
                ),
                (
                    "made_post",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="posts.post"),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recommendations",
                        to="posts.post",
                        verbose_name="owner post",
                    ),
                ),
            ],
            options={
                "verbose_name": "recommendation",
                "ordering": ("finding", "number"),
            },
        ),
        migrations.AddField(
            model_name="decision",
            name="recommendation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="findings.recommendation"
            ),
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=300, verbose_name="step")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="done on")),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="findings.action"
                    ),
                ),
            ],
            options={
                "verbose_name": "step",
                "ordering": ("action", "number"),
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("record_kind", models.CharField(blank=True, max_length=60)),
                ("record_id", models.CharField(blank=True, max_length=200)),
                ("table", models.CharField(blank=True, max_length=60)),
                ("version", models.PositiveIntegerField(blank=True, null=True)),
                ("key", models.CharField(blank=True, max_length=200)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                (
                    "action",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="findings.action",
                    ),
                ),
                (
                    "effect",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="findings.effect",
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="evidence", to="findings.finding"
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="findings.step",
                    ),
                ),
            ],
            options={
                "verbose_name": "evidence",
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="Wait",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cause", models.CharField(max_length=40, verbose_name="cause of delay")),
                ("party", models.CharField(max_length=200, verbose_name="waiting on")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("from_on", models.DateField(verbose_name="from")),
                ("until_on", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "recommendation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="waits", to="findings.recommendation"
                    ),
                ),
            ],
            options={
                "verbose_name": "wait",
                "ordering": ("from_on", "pk"),
            },
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("measurement", ""), _negated=True),
                        models.Q(("source", ""), _negated=True),
                        ("read_on__isnull", False),
                        ("not_observable_why", ""),
                    ),
                    models.Q(
                        ("measurement", ""),
                        ("read_on__isnull", True),
                        models.Q(("not_observable_why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="action_names_a_measurement_or_says_why_not",
            ),
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=models.Q(("named_on__lte", models.F("started_on"))),
                name="action_names_its_measurement_before_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("extent", ""), ("done_on__isnull", True)),
                    models.Q(
                        ("done_on__gte", models.F("started_on")),
                        ("done_on__isnull", False),
                        ("extent__in", ("in part", "in full")),
                    ),
                    _connector="OR",
                ),
                name="action_done_has_a_day_after_it_began",
            ),
        ),
        migrations.AddConstraint(
            model_name="effect",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("reading", ""), _negated=True),
                        models.Q(("judgement", ""), _negated=True),
                        models.Q(("confidence", ""), _negated=True),
                        ("not_observable_why", ""),
                    ),
                    models.Q(("reading", ""), models.Q(("not_observable_why", ""), _negated=True)),
                    _connector="OR",
                ),
                name="effect_is_read_and_judged_or_says_why_not",
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["state", "found_on"], name="finding_by_state"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["mission", "domain"], name="finding_by_mission"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(("marking__lte", 2)), name="findings_finding_marking_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("own_state__in", ("proposed", "raised", "dismissed", "overtaken", "superseded", "merged"))
                ),
                name="finding_own_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "proposed",
                            "raised",
                            "recommended",
                            "accepted",
                            "under-way",
                            "partially-implemented",
                            "implemented",
                            "closed",
                            "rejected",
                            "overtaken",
                            "superseded",
                            "dismissed",
                            "merged",
                        ],
                    )
                ),
                name="finding_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("title", ""), _negated=True), models.Q(("statement", ""), _negated=True)),
                name="finding_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("proposed_by", ""), _negated=True),
                    models.Q(("raised_by", ""), _negated=True),
                    _connector="OR",
                ),
                name="finding_is_proposed_or_raised_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("own_state", "raised"), _negated=True),
                    models.Q(models.Q(("raised_by", ""), _negated=True), ("raised_on__isnull", False)),
                    _connector="OR",
                ),
                name="finding_raised_has_a_person_and_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("own_state__in", ("dismissed", "overtaken", "superseded", "merged")), _negated=True),
                    models.Q(
                        models.Q(("ended_reason", ""), _negated=True),
                        models.Q(("ended_by", ""), _negated=True),
                        ("ended_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="finding_ended_has_who_when_and_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("merged_into__isnull", False), ("own_state", "merged")),
                    models.Q(models.Q(("own_state", "merged"), _negated=True), ("merged_into__isnull", True)),
                    _connector="OR",
                ),
                name="finding_merged_names_the_other",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(("merged_into", models.F("pk")), _negated=True),
                name="finding_is_not_merged_into_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("stable_key", ""), _negated=True),
                fields=("proposed_by", "stable_key"),
                name="finding_is_proposed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.UniqueConstraint(fields=("finding", "row_version"), name="change_is_counted_once"),
        ),
        migrations.AddConstraint(
            model_name="apart",
            constraint=models.UniqueConstraint(fields=("first", "second"), name="apart_is_said_once"),
        ),
        migrations.AddConstraint(
            model_name="apart",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__lt", models.F("second"))), name="apart_is_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.UniqueConstraint(fields=("finding", "number"), name="recommendation_is_numbered_once"),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        (
                            "recommended",
                            "accepted",
                            "under-way",
                            "partially-implemented",
                            "implemented",
                            "closed",
                            "rejected",
                            "overtaken",
                            "superseded",
                        ),
                    )
                ),
                name="recommendation_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="recommendation_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.CheckConstraint(
                condition=models.Q(("capability__in", ("", "new", "redirected"))),
                name="recommendation_capability_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("overtaken", "superseded")), _negated=True),
                    models.Q(
                        models.Q(("ended_reason", ""), _negated=True),
                        models.Q(("ended_by", ""), _negated=True),
                        ("ended_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="recommendation_ended_has_who_when_and_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ("accepted", "modified", "rejected"))),
                name="decision_outcome_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("decided_by", ""), _negated=True), models.Q(("why", ""), _negated=True)),
                name="decision_has_a_decider_and_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "modified"), models.Q(("modified_to", ""), _negated=True)),
                    models.Q(models.Q(("outcome", "modified"), _negated=True), ("modified_to", "")),
                    _connector="OR",
                ),
                name="decision_modified_says_to_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.UniqueConstraint(fields=("action", "number"), name="step_is_numbered_once"),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="step_says_something"
            ),
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=models.Index(fields=["table", "version"], name="evidence_by_version"),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("record_kind", ""), _negated=True),
                        models.Q(("record_id", ""), _negated=True),
                        ("sha256", ""),
                        ("table", ""),
                        ("version__isnull", True),
                    ),
                    models.Q(
                        ("record_id", ""),
                        ("record_kind", ""),
                        models.Q(("table", ""), _negated=True),
                        ("version__gte", 1),
                        ("version__isnull", False),
                        models.Q(("sha256", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="evidence_is_a_record_or_a_row_of_a_version",
            ),
        ),
        migrations.AddConstraint(
            model_name="wait",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_on__isnull", True), ("until_on__gte", models.F("from_on")), _connector="OR"),
                name="wait_ends_after_it_began",
            ),
        ),
        migrations.AddConstraint(
            model_name="wait",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("cause", ""), _negated=True), models.Q(("party", ""), _negated=True)),
                name="wait_says_for_what_and_on_whom",
            ),
        ),
    ]
