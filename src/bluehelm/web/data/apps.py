"""The app that shows table versions, their coverage, their quality and what a new one changed."""

from django.apps import AppConfig


class DataConfig(AppConfig):
    name = "bluehelm.web.data"
    label = "data"
