"""How are plans known to Django?"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    name = "bluehelm.web.plans"
    label = "plans"  # in every migration and foreign key: set once and for ever
    verbose_name = _("plans")
