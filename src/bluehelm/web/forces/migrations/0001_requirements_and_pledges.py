"""Makes the register of forces: requirements, pledges, readiness, caveats, deployments, visits, cards, turns, runs."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("findings", "0001_findings"),
        ("posts", "0001_posts_and_audiences"),
    ]

    operations = [
        migrations.CreateModel(
            name="Contributor",
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
                (
                    "code",
                    models.CharField(
                        max_length=60,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^(?:[A-Za-z0-9][A-Za-z0-9_-]*)\\Z")],
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("max_units", models.PositiveIntegerField(blank=True, null=True, verbose_name="most units at a time")),
                (
                    "visit_cost",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="cost of a visit"
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
            ],
            options={
                "verbose_name": "contributor",
                "ordering": ("code",),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("marking__lte", 2)), name="forces_contributor_marking_is_known"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FileImport",
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
                ("what", models.CharField(max_length=20)),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("on", models.DateField()),
                ("post", models.CharField(max_length=120)),
                ("changes", models.JSONField(default=list)),
                ("undone_on", models.DateField(blank=True, null=True)),
                (
                    "releasable_to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="posts.audience",
                        verbose_name="releasable to",
                    ),
                ),
            ],
            options={
                "verbose_name": "file taken in",
                "ordering": ("-pk",),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("marking__lte", 2)), name="forces_fileimport_marking_is_known"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Requirement",
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
                (
                    "code",
                    models.CharField(
                        max_length=60,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^(?:[A-Za-z0-9][A-Za-z0-9_-]*)\\Z")],
                        verbose_name="code",
                    ),
                ),
                ("mission", models.CharField(max_length=60, verbose_name="mission")),
                ("capability", models.CharField(max_length=80, verbose_name="capability")),
                ("strength", models.PositiveIntegerField(verbose_name="strength")),
                ("from_on", models.DateField(verbose_name="from")),
                ("until_on", models.DateField(verbose_name="until")),
                ("min_level", models.CharField(max_length=20, verbose_name="least level")),
                ("languages", models.CharField(blank=True, max_length=200, verbose_name="languages")),
                ("priority", models.PositiveSmallIntegerField(verbose_name="priority")),
                ("accepts_parts", models.BooleanField(default=False, verbose_name="may be filled in parts")),
                ("area", models.CharField(blank=True, max_length=80, verbose_name="area")),
                ("tasks", models.CharField(blank=True, max_length=400, verbose_name="tasks")),
                ("template", models.CharField(blank=True, max_length=80, verbose_name="made from")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="withdrawn on")),
                ("withdrawn_reason", models.TextField(blank=True)),
                (
                    "releasable_to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="posts.audience",
                        verbose_name="releasable to",
                    ),
                ),
            ],
            options={
                "verbose_name": "requirement",
                "ordering": ("code",),
                "abstract": False,
                "indexes": [models.Index(fields=["mission", "from_on"], name="requirement_by_mission")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("marking__lte", 2)), name="forces_requirement_marking_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until_on__gte", models.F("from_on"))),
                        name="requirement_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("priority__gte", 1), ("priority__lte", 5)),
                        name="requirement_priority_is_1_to_5",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_on__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="requirement_withdrawn_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Run",
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
                ("what", models.CharField(max_length=20)),
                ("asked", models.JSONField(default=dict)),
                ("state", models.CharField(default="waiting", max_length=20)),
                ("said", models.TextField(blank=True)),
                ("account", models.CharField(max_length=150)),
                ("post", models.CharField(max_length=120)),
                ("asked_at", models.DateTimeField()),
                ("heard_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.JSONField(blank=True, null=True)),
                ("left_out", models.JSONField(default=dict)),
                (
                    "releasable_to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="posts.audience",
                        verbose_name="releasable to",
                    ),
                ),
            ],
            options={
                "verbose_name": "run",
                "ordering": ("-pk",),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("marking__lte", 2)), name="forces_run_marking_is_known"),
                    models.CheckConstraint(
                        condition=models.Q(("what__in", ("match", "rotate"))), name="run_what_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer__isnull", False), ("state", "done")),
                            models.Q(models.Q(("state", "done"), _negated=True), ("answer__isnull", True)),
                            _connector="OR",
                        ),
                        name="run_done_has_an_answer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Slot",
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
                (
                    "code",
                    models.CharField(
                        max_length=60,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^(?:[A-Za-z0-9][A-Za-z0-9_-]*)\\Z")],
                        verbose_name="code",
                    ),
                ),
                ("mission", models.CharField(blank=True, max_length=60, verbose_name="mission")),
                ("capability", models.CharField(max_length=80, verbose_name="capability")),
                ("first", models.PositiveIntegerField(verbose_name="from")),
                ("last", models.PositiveIntegerField(verbose_name="until")),
                ("framework_nation", models.CharField(blank=True, max_length=60, verbose_name="framework nation")),
                ("overlap_days", models.PositiveSmallIntegerField(default=0, verbose_name="days of handover asked")),
                (
                    "releasable_to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="posts.audience",
                        verbose_name="releasable to",
                    ),
                ),
            ],
            options={
                "verbose_name": "slot",
                "ordering": ("code",),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("marking__lte", 2)), name="forces_slot_marking_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))), name="slot_ends_after_it_begins"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("of", models.CharField(max_length=40)),
                ("code", models.CharField(max_length=60)),
                ("at", models.DateTimeField()),
                ("on", models.DateField()),
                ("deed", models.CharField(max_length=60)),
                ("post", models.CharField(blank=True, max_length=120)),
                ("reason", models.TextField(blank=True)),
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
            ],
            options={
                "verbose_name": "change",
                "ordering": ("-pk",),
                "indexes": [models.Index(fields=["of", "code"], name="forces_change_of_record")],
            },
        ),
        migrations.CreateModel(
            name="Pledge",
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
                (
                    "code",
                    models.CharField(
                        max_length=60,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^(?:[A-Za-z0-9][A-Za-z0-9_-]*)\\Z")],
                        verbose_name="code",
                    ),
                ),
                ("capability", models.CharField(max_length=80, verbose_name="capability")),
                ("strength", models.PositiveIntegerField(verbose_name="strength")),
                ("from_on", models.DateField(verbose_name="available from")),
                ("until_on", models.DateField(verbose_name="available until")),
                ("languages", models.CharField(blank=True, max_length=200, verbose_name="languages")),
                ("joint_group", models.CharField(blank=True, max_length=60, verbose_name="joint group")),
                ("splits_into", models.PositiveSmallIntegerField(default=1, verbose_name="may be split into")),
                ("women", models.PositiveIntegerField(blank=True, null=True, verbose_name="women")),
                (
                    "monthly_cost",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=16, null=True, verbose_name="monthly cost"
                    ),
                ),
                ("level", models.CharField(blank=True, max_length=20, verbose_name="level")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="to be renewed by")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="withdrawn on")),
                ("withdrawn_reason", models.TextField(blank=True)),
                (
                    "contributor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pledges", to="forces.contributor"
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
            ],
            options={
                "verbose_name": "pledge",
                "ordering": ("code",),
                "abstract": False,
                "indexes": [
                    models.Index(fields=["capability", "from_on"], name="pledge_by_capability"),
                    models.Index(fields=["expires_on"], name="pledge_by_expiry"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("marking__lte", 2)), name="forces_pledge_marking_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until_on__gte", models.F("from_on"))), name="pledge_ends_after_it_begins"
                    ),
                    models.CheckConstraint(condition=models.Q(("splits_into__gte", 1)), name="pledge_has_a_part"),
                    models.CheckConstraint(
                        condition=models.Q(("splits_into", 1), ("joint_group", ""), _connector="OR"),
                        name="pledge_of_a_joint_group_is_not_split",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("women__isnull", True), ("women__lte", models.F("strength")), _connector="OR"
                        ),
                        name="pledge_women_are_of_its_strength",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("expires_on__isnull", True), ("level", "")),
                            models.Q(models.Q(("level", ""), _negated=True), ("expires_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="pledge_level_has_a_clock",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_on__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="pledge_withdrawn_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RequirementLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("function", "Function"),
                            ("equipment", "Equipment"),
                            ("self-sustainment", "Self-sustainment"),
                        ],
                        max_length=20,
                        verbose_name="part",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("number", models.PositiveIntegerField(blank=True, null=True, verbose_name="number")),
                (
                    "requirement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="forces.requirement"
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a requirement",
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("requirement", "part", "name"), name="requirement_line_is_said_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("part__in", ("function", "equipment", "self-sustainment"))),
                        name="requirement_line_part_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TourOffer",
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
                (
                    "code",
                    models.CharField(
                        max_length=60,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^(?:[A-Za-z0-9][A-Za-z0-9_-]*)\\Z")],
                        verbose_name="code",
                    ),
                ),
                ("capability", models.CharField(max_length=80, verbose_name="capability")),
                ("first", models.PositiveIntegerField(verbose_name="available from")),
                ("last", models.PositiveIntegerField(verbose_name="available until")),
                ("min_tour", models.PositiveSmallIntegerField(verbose_name="shortest tour, months")),
                ("max_tour", models.PositiveSmallIntegerField(verbose_name="longest tour, months")),
                ("max_tours", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="most tours")),
                ("monthly_cost", models.DecimalField(decimal_places=2, max_digits=16, verbose_name="monthly cost")),
                ("certified_until", models.DateField(blank=True, null=True, verbose_name="certified until")),
                (
                    "contributor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tour_offers", to="forces.contributor"
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
            ],
            options={
                "verbose_name": "offer of tours",
                "ordering": ("code",),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("marking__lte", 2)), name="forces_touroffer_marking_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))), name="tour_offer_ends_after_it_begins"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("max_tour__gte", models.F("min_tour")), ("min_tour__gte", 1)),
                        name="tour_offer_lengths_are_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeploymentCase",
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
                (
                    "code",
                    models.CharField(
                        max_length=60,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^(?:[A-Za-z0-9][A-Za-z0-9_-]*)\\Z")],
                        verbose_name="code",
                    ),
                ),
                ("opened_on", models.DateField(verbose_name="opened on")),
                ("state", models.CharField(default="open", max_length=20, verbose_name="state")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="ended on")),
                ("ended_reason", models.CharField(blank=True, max_length=300)),
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
                    "pledge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="forces.pledge"
                    ),
                ),
                (
                    "requirement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="forces.requirement"
                    ),
                ),
            ],
            options={
                "verbose_name": "deployment case",
                "ordering": ("code",),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("marking__lte", 2)), name="forces_deploymentcase_marking_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("open", "arrived", "given-up"))), name="case_state_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_on__isnull", True), ("state", "open")),
                            models.Q(models.Q(("state", "open"), _negated=True), ("ended_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="case_ended_has_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "given-up"), _negated=True),
                            models.Q(("ended_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="case_given_up_says_why",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("open", "arrived"))),
                        fields=("requirement",),
                        name="requirement_has_one_live_case",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("open", "arrived"))),
                        fields=("pledge",),
                        name="pledge_has_one_live_case",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MinisterialPledge",
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
                (
                    "code",
                    models.CharField(
                        max_length=60,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^(?:[A-Za-z0-9][A-Za-z0-9_-]*)\\Z")],
                        verbose_name="code",
                    ),
                ),
                ("ministerial", models.CharField(max_length=80, verbose_name="ministerial")),
                ("category", models.CharField(max_length=80, verbose_name="category")),
                ("text", models.CharField(max_length=500, verbose_name="what was announced")),
                ("conditions", models.CharField(blank=True, max_length=500, verbose_name="conditions")),
                ("announced_on", models.DateField(verbose_name="announced on")),
                ("registered_on", models.DateField(blank=True, null=True, verbose_name="registered on")),
                ("verified_on", models.DateField(blank=True, null=True, verbose_name="verified on")),
                ("deployed_on", models.DateField(blank=True, null=True, verbose_name="deployed on")),
                ("lapsed_on", models.DateField(blank=True, null=True, verbose_name="lapsed on")),
                ("lapsed_reason", models.CharField(blank=True, max_length=300)),
                (
                    "contributor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="announced", to="forces.contributor"
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
                    "pledge",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="announced",
                        to="forces.pledge",
                    ),
                ),
            ],
            options={
                "verbose_name": "ministerial pledge",
                "ordering": ("-announced_on", "code"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("marking__lte", 2)), name="forces_ministerialpledge_marking_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("registered_on__isnull", True),
                            ("registered_on__gte", models.F("announced_on")),
                            _connector="OR",
                        ),
                        name="ministerial_registered_after_announced",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verified_on__isnull", True),
                            models.Q(("registered_on__isnull", False), ("verified_on__gte", models.F("registered_on"))),
                            _connector="OR",
                        ),
                        name="ministerial_verified_after_registered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("deployed_on__isnull", True),
                            models.Q(("deployed_on__gte", models.F("verified_on")), ("verified_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="ministerial_deployed_after_verified",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lapsed_on__isnull", True), models.Q(("lapsed_reason", ""), _negated=True), _connector="OR"
                        ),
                        name="ministerial_lapsed_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EquipmentLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quarter", models.CharField(max_length=7, verbose_name="quarter")),
                ("item", models.CharField(max_length=120, verbose_name="item")),
                ("category", models.CharField(max_length=60, verbose_name="category")),
                ("agreed", models.PositiveIntegerField(verbose_name="in the memorandum")),
                ("present", models.PositiveIntegerField(blank=True, null=True, verbose_name="present")),
                ("serviceable", models.PositiveIntegerField(blank=True, null=True, verbose_name="serviceable")),
                (
                    "pledge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="equipment", to="forces.pledge"
                    ),
                ),
            ],
            options={
                "verbose_name": "line of equipment",
                "ordering": ("item", "quarter"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("pledge", "quarter", "item"), name="equipment_is_counted_once_a_quarter"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("serviceable__isnull", True),
                            ("present__isnull", True),
                            ("serviceable__lte", models.F("present")),
                            _connector="OR",
                        ),
                        name="equipment_serviceable_is_present",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Caveat",
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
                ("number", models.PositiveSmallIntegerField()),
                ("what", models.CharField(max_length=20, verbose_name="kind")),
                ("value", models.CharField(max_length=80, verbose_name="which")),
                ("declared_on", models.DateField(verbose_name="declared on")),
                ("source", models.CharField(max_length=300, verbose_name="declared in")),
                ("until_on", models.DateField(blank=True, null=True, verbose_name="until")),
                ("lifted_on", models.DateField(blank=True, null=True, verbose_name="lifted on")),
                ("lifted_reason", models.CharField(blank=True, max_length=300)),
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
                    "pledge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="caveats", to="forces.pledge"
                    ),
                ),
            ],
            options={
                "verbose_name": "caveat",
                "ordering": ("pledge", "number"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("marking__lte", 2)), name="forces_caveat_marking_is_known"
                    ),
                    models.UniqueConstraint(fields=("pledge", "number"), name="caveat_is_numbered_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source", ""), _negated=True), models.Q(("value", ""), _negated=True)
                        ),
                        name="caveat_says_what_and_where",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReadinessStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("on", models.DateField(verbose_name="on")),
                ("deed", models.CharField(max_length=20, verbose_name="deed")),
                ("level", models.CharField(max_length=20, verbose_name="level")),
                ("evidence", models.JSONField(default=dict, verbose_name="evidence")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("post", models.CharField(blank=True, max_length=120, verbose_name="post")),
                (
                    "pledge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="forces.pledge"
                    ),
                ),
            ],
            options={
                "verbose_name": "step of readiness",
                "ordering": ("pledge", "number"),
                "constraints": [
                    models.UniqueConstraint(fields=("pledge", "number"), name="readiness_step_is_numbered_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Tour",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_on", models.DateField(verbose_name="from")),
                ("until_on", models.DateField(verbose_name="until")),
                (
                    "slot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tours", to="forces.slot"
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tours", to="forces.touroffer"
                    ),
                ),
            ],
            options={
                "verbose_name": "tour",
                "ordering": ("slot", "from_on", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until_on__gte", models.F("from_on"))), name="tour_ends_after_it_begins"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UndeclaredCaveat",
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
                (
                    "code",
                    models.CharField(
                        max_length=60,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^(?:[A-Za-z0-9][A-Za-z0-9_-]*)\\Z")],
                        verbose_name="code",
                    ),
                ),
                ("mission", models.CharField(max_length=60, verbose_name="mission")),
                ("what", models.CharField(max_length=20, verbose_name="kind")),
                ("value", models.CharField(max_length=80, verbose_name="which")),
                ("ordered_on", models.DateField(verbose_name="ordered on")),
                ("order", models.TextField(verbose_name="order")),
                ("explanation", models.TextField(blank=True, verbose_name="explanation of the contributor")),
                ("classification", models.CharField(blank=True, max_length=20, verbose_name="classified as")),
                ("classified_by", models.CharField(blank=True, max_length=120, verbose_name="classified by")),
                ("classified_on", models.DateField(blank=True, null=True, verbose_name="classified on")),
                ("rationale", models.TextField(blank=True, verbose_name="why")),
                (
                    "pledge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="undeclared", to="forces.pledge"
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
            ],
            options={
                "verbose_name": "undeclared caveat",
                "ordering": ("code",),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("marking__lte", 2)), name="forces_undeclaredcaveat_marking_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("order", ""), _negated=True), models.Q(("value", ""), _negated=True)
                        ),
                        name="undeclared_caveat_names_the_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("classification", ""),
                            models.Q(
                                models.Q(("classified_by", ""), _negated=True),
                                models.Q(("rationale", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="undeclared_caveat_is_classified_by_somebody_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitCard",
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
                (
                    "code",
                    models.CharField(
                        max_length=60,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^(?:[A-Za-z0-9][A-Za-z0-9_-]*)\\Z")],
                        verbose_name="code",
                    ),
                ),
                ("mission", models.CharField(max_length=60, verbose_name="mission")),
                ("component", models.CharField(max_length=20, verbose_name="component")),
                ("shown_on", models.DateField(blank=True, null=True, verbose_name="shown to the contributor on")),
                ("opened_on", models.DateField(blank=True, null=True, verbose_name="opened to others on")),
                (
                    "pledge",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="card", to="forces.pledge"
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
            ],
            options={
                "verbose_name": "unit card",
                "ordering": ("code",),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("marking__lte", 2)), name="forces_unitcard_marking_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opened_on__isnull", True),
                            models.Q(("opened_on__gte", models.F("shown_on")), ("shown_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="unit_card_is_shown_before_it_is_opened",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Visit",
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
                (
                    "code",
                    models.CharField(
                        max_length=60,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^(?:[A-Za-z0-9][A-Za-z0-9_-]*)\\Z")],
                        verbose_name="code",
                    ),
                ),
                ("checklist", models.CharField(max_length=60, verbose_name="checklist")),
                ("planned_on", models.DateField(verbose_name="planned on")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="done on")),
                ("result", models.CharField(blank=True, max_length=20, verbose_name="result")),
                ("report", models.CharField(blank=True, max_length=300, verbose_name="report")),
                ("called_off_reason", models.CharField(blank=True, max_length=300, verbose_name="called off because")),
                (
                    "pledge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="visits", to="forces.pledge"
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
            ],
            options={
                "verbose_name": "visit",
                "ordering": ("planned_on", "code"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("marking__lte", 2)), name="forces_visit_marking_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_on__isnull", True), ("result", "")),
                            models.Q(
                                ("done_on__isnull", False),
                                ("result__in", ("passed", "failed")),
                                models.Q(("report", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="visit_done_has_a_day_and_a_report",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseStage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stage", models.CharField(max_length=60, verbose_name="stage")),
                ("entered_on", models.DateField(verbose_name="from")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="until")),
                ("holder", models.CharField(max_length=200, verbose_name="holds the pen")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stages", to="forces.deploymentcase"
                    ),
                ),
            ],
            options={
                "verbose_name": "stage of a case",
                "ordering": ("case", "entered_on", "pk"),
                "constraints": [
                    models.UniqueConstraint(fields=("case", "stage"), name="case_enters_a_stage_once"),
                    models.CheckConstraint(
                        condition=models.Q(("holder", ""), _negated=True), name="case_stage_names_who_holds_the_pen"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_on__isnull", True), ("left_on__gte", models.F("entered_on")), _connector="OR"
                        ),
                        name="case_stage_ends_after_it_began",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FunctionStrength",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="role")),
                ("persons", models.PositiveIntegerField(blank=True, null=True, verbose_name="persons")),
                ("women", models.PositiveIntegerField(blank=True, null=True, verbose_name="women")),
                (
                    "card",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="functions", to="forces.unitcard"
                    ),
                ),
            ],
            options={
                "verbose_name": "strength by role",
                "ordering": ("pk",),
                "constraints": [models.UniqueConstraint(fields=("card", "name"), name="card_function_is_counted_once")],
            },
        ),
        migrations.CreateModel(
            name="Evaluation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="on")),
                ("task", models.CharField(max_length=120, verbose_name="task")),
                ("condition", models.CharField(max_length=300, verbose_name="condition")),
                ("standard", models.CharField(max_length=300, verbose_name="standard")),
                ("rater", models.CharField(max_length=120, verbose_name="rater")),
                ("rating", models.CharField(max_length=40, verbose_name="rating")),
                ("cause", models.CharField(blank=True, max_length=40, verbose_name="cause")),
                (
                    "card",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="evaluations", to="forces.unitcard"
                    ),
                ),
            ],
            options={
                "verbose_name": "evaluation",
                "ordering": ("on", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("card", "task", "on", "rater"), name="evaluation_is_given_once_a_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CardReply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="on")),
                ("post", models.CharField(max_length=120, verbose_name="post")),
                ("text", models.TextField(verbose_name="reply")),
                (
                    "card",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="replies", to="forces.unitcard"
                    ),
                ),
            ],
            options={
                "verbose_name": "reply to a unit card",
                "ordering": ("pk",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="card_reply_says_something"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item", models.CharField(max_length=80, verbose_name="item")),
                ("answer", models.CharField(max_length=20, verbose_name="answer")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                (
                    "finding",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="findings.finding",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="forces.visit"
                    ),
                ),
            ],
            options={
                "verbose_name": "answer of a visit",
                "ordering": ("pk",),
                "constraints": [models.UniqueConstraint(fields=("visit", "item"), name="visit_item_is_answered_once")],
            },
        ),
    ]
