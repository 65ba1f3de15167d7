"""How is the log of releases known to Django?"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DisclosureConfig(AppConfig):
    name = "bluehelm.web.disclosure"
    label = "disclosure"  # in every migration and foreign key: set once and for ever
    verbose_name = _("releases of counts about people")
