"""How is the application of forces known to Django?"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ForcesConfig(AppConfig):
    name = "bluehelm.web.forces"
    label = "forces"  # in every migration and foreign key: set once and for ever
    verbose_name = _("forces")

    def ready(self) -> None:
        from bluehelm.web.findings.measured import OTHERS_IN_PLACE
        from bluehelm.web.forces.nimble import nimbleness_cases

        OTHERS_IN_PLACE["forces"] = nimbleness_cases
