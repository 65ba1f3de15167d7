"""How is the application of missions known to Django?"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MissionsConfig(AppConfig):
    name = "bluehelm.web.missions"
    label = "missions"  # in every migration and foreign key: set once and for ever
    verbose_name = _("missions")
