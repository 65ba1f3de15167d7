"""How are the morning pages known to Django?"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MorningConfig(AppConfig):
    name = "bluehelm.web.morning"
    label = "morning"
    verbose_name = _("morning pages")
