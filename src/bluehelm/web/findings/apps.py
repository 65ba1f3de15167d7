"""How is the application of findings known to Django?"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FindingsConfig(AppConfig):
    name = "bluehelm.web.findings"
    label = "findings"  # in every migration and foreign key: set once and for ever
    verbose_name = _("findings")
