"""What must an installation that others reach be told, and how is it shut then?

`BLUEHELM_PRODUCTION=1` makes it one. Whatever it lacks is named at once, before anything is served.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from bluehelm.web.environment import flag, number, text

BLUEHELM_PRODUCTION = flag("BLUEHELM_PRODUCTION")
BEHIND_PROXY = flag("BLUEHELM_BEHIND_PROXY")
YEAR_SECONDS = 365 * 24 * 3600
KEY_CHARACTERS = 50


def lacking(environment: Mapping[str, str]) -> list[str]:
    """What keeps these variables from being a production's, one sentence each; empty when nothing does."""
    found = []
    if len(environment.get("BLUEHELM_SECRET_KEY", "")) < KEY_CHARACTERS:
        found.append(f"BLUEHELM_SECRET_KEY must be given, with at least {KEY_CHARACTERS} characters.")
    hosts = [host.strip() for host in environment.get("BLUEHELM_ALLOWED_HOSTS", "").split(",") if host.strip()]
    if not hosts or "*" in hosts:
        found.append("BLUEHELM_ALLOWED_HOSTS must name the hosts that are served, such as desk.example.org.")
    if environment.get("BLUEHELM_DEBUG", "") not in ("", "0"):
        found.append("BLUEHELM_DEBUG must not be set: it would show the program's inside to everybody.")
    issuer = environment.get("BLUEHELM_OIDC_ISSUER", "")
    if issuer and urlsplit(issuer).scheme != "https":
        found.append("BLUEHELM_OIDC_ISSUER must begin with https://.")
    return found


def require(environment: Mapping[str, str]) -> None:
    """ImproperlyConfigured with everything that is lacking."""
    if found := lacking(environment):
        listed = "".join(f"\n  {sentence}" for sentence in found)
        raise ImproperlyConfigured(
            f"BLUEHELM_PRODUCTION is set, but the settings are not those of a production:{listed}\n"
            "Nothing was started. Set what is missing (docs/guides/accounts.md lists every setting), then start again."
        )


# What the browser is told, and what a cookie may do
SECURE_SSL_REDIRECT = BLUEHELM_PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked on the machine itself, and says nothing
SESSION_COOKIE_SECURE = BLUEHELM_PRODUCTION
CSRF_COOKIE_SECURE = BLUEHELM_PRODUCTION
SECURE_HSTS_SECONDS = number("BLUEHELM_HSTS_SECONDS", YEAR_SECONDS) if BLUEHELM_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = BLUEHELM_PRODUCTION and not flag("BLUEHELM_HSTS_THIS_HOST_ONLY")
SECURE_HSTS_PRELOAD = SECURE_HSTS_INCLUDE_SUBDOMAINS

# Headers of a proxy are believed only when there is one: anybody can send them.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
ALLAUTH_TRUSTED_PROXY_COUNT = number("BLUEHELM_PROXIES", 1) if BEHIND_PROXY else 0

# Mail goes out only where a server for it is named.
MAIL_IS_CONFIGURED = bool(text("BLUEHELM_MAIL_HOST"))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if MAIL_IS_CONFIGURED else 'dummy'}.EmailBackend"
EMAIL_HOST = text("BLUEHELM_MAIL_HOST")
EMAIL_PORT = number("BLUEHELM_MAIL_PORT", 587)
EMAIL_HOST_USER = text("BLUEHELM_MAIL_USER")
EMAIL_HOST_PASSWORD = text("BLUEHELM_MAIL_PASSWORD")
EMAIL_USE_TLS = not flag("BLUEHELM_MAIL_PLAIN")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = text("BLUEHELM_MAIL_FROM") or "bluehelm@localhost"
