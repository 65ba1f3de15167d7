"""How is the application of outlooks known to Django?"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutlookConfig(AppConfig):
    name = "bluehelm.web.outlook"
    label = "outlook"  # in every migration and foreign key: set once and for ever
    verbose_name = _("outlooks")
