"""The app that shows estimates of presence, kept as versions of a table."""

from django.apps import AppConfig


class ImpactConfig(AppConfig):
    name = "bluehelm.web.impact"
    label = "impact"
