"""How is the exchange of records known to Django?"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "bluehelm.web.exchange"
    label = "exchange"  # in every migration and foreign key: set once and for ever
    verbose_name = _("exchange of records")
