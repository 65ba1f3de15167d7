"""How is the application of reports known to Django?"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "bluehelm.web.reports"
    label = "reports"  # in every migration and foreign key: set once and for ever
    verbose_name = _("reports")
