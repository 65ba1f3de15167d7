"""Is this the demonstration, where a click signs in?"""

from django import template
from django.template.context import RequestContext

from bluehelm.web.accounts import demo

register = template.Library()


@register.simple_tag(takes_context=True)
def is_demonstration(context: RequestContext) -> bool:
    return demo.is_demonstration(context["request"])
