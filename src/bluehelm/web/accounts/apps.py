"""How is the application of accounts known to Django?"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "bluehelm.web.accounts"
    label = "accounts"  # in every migration and foreign key: set once and for ever
    verbose_name = _("accounts")

    def ready(self) -> None:
        from bluehelm.web.accounts import recording  # noqa: F401  # listens to what is to be recorded
