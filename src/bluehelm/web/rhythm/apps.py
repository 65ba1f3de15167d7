"""How is the mission calendar known to Django?"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RhythmConfig(AppConfig):
    name = "bluehelm.web.rhythm"
    label = "rhythm"  # in every migration and foreign key: set once and for ever
    verbose_name = _("mission calendar")
