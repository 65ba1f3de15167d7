"""How are jobs known to Django?"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "bluehelm.web.jobs"
    label = "jobs"  # in every migration and foreign key: set once and for ever
    verbose_name = _("jobs")
