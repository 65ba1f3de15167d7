"""Whose files can be taken in?

One module per publisher, with `PROVIDERS`: for each, who publishes the file, which table it keeps, how it is read and
where it is fetched. A new module is one name more in `MODULES`.
"""

from importlib import import_module

from bluehelm.sources.delivered import Delivered, Wanted, receive
from bluehelm.sources.intake import Intake, IntakeError, reasons_of
from bluehelm.sources.provider import Provider

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
)

PROVIDERS: dict[str, Provider] = {
    provider.name: provider for module in MODULES for provider in import_module(f"bluehelm.sources.{module}").PROVIDERS
}

__all__ = [
    "PROVIDERS",
    "Delivered",
    "Intake",
    "IntakeError",
    "Provider",
    "Wanted",
    "reasons_of",
    "receive",
]
