"""How does the web application run on this machine?

Everything comes from the environment; docs/guides/accounts.md lists every variable. Reading these settings writes
nothing.
"""

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key

from bluehelm.web import production
from bluehelm.web.accounts.sign_in import *  # noqa: F403  # settings, each under the name that Django knows it by
from bluehelm.web.accounts.sign_in import OIDC_ORIGIN
from bluehelm.web.databases import database, named_database
from bluehelm.web.environment import number, text, words
from bluehelm.web.production import *  # noqa: F403  # the same

HERE = Path(__file__).resolve().parent

BLUEHELM_HOME = Path(os.environ.get("BLUEHELM_HOME") or Path.home() / ".bluehelm").absolute()

if production.BLUEHELM_PRODUCTION:
    production.require(os.environ)

DEBUG = os.environ.get("BLUEHELM_DEBUG") == "1"
ALLOWED_HOSTS = words("BLUEHELM_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
# Set by `bluehelm serve` to the address it binds; another server leaves it empty, and nobody is signed in by a click.
SERVED_TO_THIS_MACHINE = text("BLUEHELM_SERVED_AT") in ("127.0.0.1", "::1")


def secret_key() -> str:
    """The key of the environment, else of the data folder; else one that lasts as long as this process."""
    kept = BLUEHELM_HOME / "secret.key"
    if key := os.environ.get("BLUEHELM_SECRET_KEY"):
        return key
    return kept.read_text(encoding="ascii").strip() if kept.is_file() else get_random_secret_key()


SECRET_KEY = secret_key()
SECRET_KEY_FALLBACKS = words("BLUEHELM_OLD_SECRET_KEYS")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "bluehelm.web.accounts.apps.AccountsConfig",  # before allauth, whose pages it lays out
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "bluehelm.web.audit.apps.AuditConfig",
    "bluehelm.web.posts.apps.PostsConfig",
    "bluehelm.web.disclosure.apps.DisclosureConfig",
    "bluehelm.web.findings.apps.FindingsConfig",
    "bluehelm.web.forces.apps.ForcesConfig",
    "bluehelm.web.rhythm.apps.RhythmConfig",
    "bluehelm.web.plans.apps.PlansConfig",
    "bluehelm.web.outlook.apps.OutlookConfig",
    "bluehelm.web.morning.apps.MorningConfig",
    "bluehelm.web.missions.apps.MissionsConfig",
    "bluehelm.web.data.apps.DataConfig",
    "bluehelm.web.impact.apps.ImpactConfig",
    "bluehelm.web.jobs.apps.JobsConfig",
    "bluehelm.web.exchange.apps.ExchangeConfig",
    "bluehelm.web.reports.apps.ReportsConfig",
    "bluehelm.web.protection.apps.ProtectionConfig",
]

# The policy comes first, so that static files, and the map's worker among them, carry it too.
MIDDLEWARE = [
    "bluehelm.web.running.counting.counted",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "bluehelm.web.api.answering.answered",
    "bluehelm.web.running.sizes.bounded",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "bluehelm.web.accounts.languages.language_of_account",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "bluehelm.web.accounts.middleware.sessions_end",
    "bluehelm.web.posts.middleware.acting",
    "bluehelm.web.accounts.token_auth.tokens_act",
    "bluehelm.web.accounts.middleware.second_factor_where_required",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "bluehelm.web.urls"
WSGI_APPLICATION = "bluehelm.web.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bluehelm.web.missions.presenters.data_folder",
                "bluehelm.web.navigation.navigation",
                "bluehelm.web.accounts.languages.languages",
            ],
            "builtins": ["bluehelm.web.design.defined"],
        },
    }
]

DATABASES = {"default": database(BLUEHELM_HOME, named_database())}

USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("fr", "Français")]  # each in its own words
LOCALE_PATHS = [HERE / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static"]
# Files are served from where they lie and asked for again by their date: nothing has to be collected at a start,
# and a new version of the program is never seen with the old one's scripts.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0
WHITENOISE_ALLOW_ALL_ORIGINS = False


def WHITENOISE_ADD_HEADERS_FUNCTION(headers: Any, path: str, url: str) -> None:  # named by WhiteNoise
    """The worker that shows the form of a report without a line may do so for the pages of reports."""
    if url == f"{STATIC_URL}reports/worker.js":
        headers["Service-Worker-Allowed"] = "/reports/"


CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "font-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF, OIDC_ORIGIN] if OIDC_ORIGIN else [SELF],  # a form's answer may lead to the issuer
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_SERIALIZER = "bluehelm.web.accounts.session_data.SealedSessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "bluehelm.web.missions.refusals.sent_from_elsewhere"

MOST_SENT_BYTES = number("BLUEHELM_MOST_SENT_MB", 256) * 2**20
METRICS_TOKEN = text("BLUEHELM_METRICS_TOKEN")
CAP_SENDER = text("BLUEHELM_CAP_SENDER")
LOG_AS_JSON = text("BLUEHELM_LOG") == "json"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "bluehelm.web.running.counting.PlainJson"}},
    "handlers": {"terminal": {"class": "logging.StreamHandler"} | ({"formatter": "json"} if LOG_AS_JSON else {})},
    "loggers": {
        # A page that does not exist or a date that cannot be read is the reader's business, not the log's.
        "django": {"handlers": ["terminal"], "level": "ERROR", "propagate": False},
        "bluehelm.access": {
            "handlers": ["terminal"],
            "level": "INFO" if LOG_AS_JSON else "CRITICAL",
            "propagate": False,
        },
    },
}
