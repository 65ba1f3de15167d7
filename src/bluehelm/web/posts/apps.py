"""How is the application of posts known to Django?"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PostsConfig(AppConfig):
    name = "bluehelm.web.posts"
    label = "posts"  # in every migration and foreign key: set once and for ever
    verbose_name = _("posts")
