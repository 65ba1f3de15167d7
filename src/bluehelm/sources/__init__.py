"""Whose files can be taken in?

One module per publisher, with `PROVIDERS`: for each, who publishes the file, which table it keeps, how it is read and
where it is fetched. A new module is one name more in `MODULES`.
"""

from importlib import import_module

from bluehelm.language import gettext_noop
from bluehelm.sources import mapped, xlsform
from bluehelm.sources.delivered import Delivered, Wanted, receive
from bluehelm.sources.intake import Intake, IntakeError, reasons_of
from bluehelm.sources.provider import Provider, Tailored

MODULES = (
    "ucdp",
    "ucdp_extracts",
    "country_months",
    "geopko",
    "un_missions",
    "un_fatalities",
    "un_contributions",
    "ipi",
    "acled",
    "areas",
    "reach",
    "road_lines",
)

PROVIDERS: dict[str, Provider] = {
    provider.name: provider for module in MODULES for provider in import_module(f"bluehelm.sources.{module}").PROVIDERS
}

# Providers that a mapping makes for one file.
TAILORED: dict[str, Tailored] = {
    "mapped": Tailored(gettext_noop("any CSV or XLSX file, by a mapping"), mapped.FORMATS, ("mapping",)),
    "xlsform": Tailored(
        gettext_noop("submissions of a field form, by the form and a mapping"), mapped.FORMATS, ("mapping", "form")
    ),
}

__all__ = [
    "PROVIDERS",
    "TAILORED",
    "Delivered",
    "Intake",
    "IntakeError",
    "Provider",
    "Wanted",
    "mapped",
    "reasons_of",
    "receive",
    "xlsform",
]
