"""How is the application of protection known to Django?"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProtectionConfig(AppConfig):
    name = "bluehelm.web.protection"
    label = "protection"  # in every migration and foreign key: set once and for ever
    verbose_name = _("protection")
