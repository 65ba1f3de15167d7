"""Does this person's post need a second factor here, and can this browser keep a passkey for the address it shows?"""

import ipaddress

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port

from bluehelm.web.accounts.models import User
from bluehelm.web.accounts.second_factor import role_asks_for_second_factor

register = template.Library()


@register.simple_tag
def second_factor_need(user: User) -> str:
    """`enforced`, `relaxed` (a post asks for it, this installation does not enforce it), or empty."""
    if not role_asks_for_second_factor(user):
        return ""
    return "enforced" if settings.SECOND_FACTOR_ENFORCED else "relaxed"


@register.filter
def is_at_a_bare_address(request: HttpRequest) -> bool:
    """Whether the page is asked for by number: browsers keep passkeys for names."""
    host, _ = split_domain_port(request.get_host())
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
