"""How is the application of the audit known to Django?"""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "bluehelm.web.audit"
    label = "audit"  # in the table's name and every migration: set once and for ever
    verbose_name = _("audit")

    def ready(self) -> None:
        from bluehelm.web.audit.guards import put_back

        post_migrate.connect(put_back, sender=self, dispatch_uid="audit guards")
