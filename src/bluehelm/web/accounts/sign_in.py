"""How does a person sign in, how long does it last, and what shuts the door?

The settings of Django, allauth and axes, each figure from the definition `sign_in.yaml` unless the environment says
otherwise.
"""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from bluehelm.definitions.packaged import packaged_text
from bluehelm.definitions.sign_in import parse_sign_in_rules
from bluehelm.web.environment import flag, number, text
from bluehelm.web.production import BLUEHELM_PRODUCTION, MAIL_IS_CONFIGURED

SIGN_IN = parse_sign_in_rules(packaged_text("sign_in.yaml"), "sign_in.yaml")

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: whoever is locked out is not even asked for a password
    "bluehelm.web.accounts.backends.Accounts",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/morning/"  # what needs this person now

# Passwords
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # accounts brought in from elsewhere; renewed at sign-in
]
VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": SIGN_IN.password_characters}},
    {"NAME": f"{VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{VALIDATION}.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = number("BLUEHELM_LINK_HOURS", SIGN_IN.link_hours) * 3600

# Accounts are made by an administrator: nobody registers, and nobody learns which names exist.
ACCOUNT_ADAPTER = "bluehelm.web.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = MAIL_IS_CONFIGURED
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[bluehelm] "
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if BLUEHELM_PRODUCTION else "http"
FROM_ONE_ADDRESS = f"{SIGN_IN.failures_a_minute_from_one_address}/m/ip"
FOR_ONE_NAME = f"{SIGN_IN.failures_in_ten_minutes_for_one_name}/10m/key"  # guards the second factor too
ACCOUNT_RATE_LIMITS = {
    "login": FROM_ONE_ADDRESS,
    "login_failed": f"{FROM_ONE_ADDRESS},{FOR_ONE_NAME}",
}

# Lockout: this name from this address, so that nobody can shut another person out from afar
AXES_FAILURE_LIMIT = number("BLUEHELM_LOCKOUT_FAILURES", SIGN_IN.lockout_failures)
AXES_COOLOFF_TIME = timedelta(minutes=number("BLUEHELM_LOCKOUT_MINUTES", SIGN_IN.lockout_minutes))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "bluehelm.web.accounts.lockout.tried_name"
AXES_CLIENT_IP_CALLABLE = "allauth.core.internal.httpkit.get_client_ip"  # one answer to where a request comes from
AXES_LOCKOUT_CALLABLE = "bluehelm.web.accounts.lockout.locked_out"
AXES_SENSITIVE_PARAMETERS = ["login", "username", "password", "ip_address", "csrfmiddlewaretoken"]
AXES_DISABLE_ACCESS_LOG = True  # the audit keeps who signed in; an address is kept no longer than it is needed
AXES_VERBOSE = False

# Sessions end: after half an hour without a request, and after half a day in any case
SESSION_COOKIE_AGE = number("BLUEHELM_IDLE_MINUTES", SIGN_IN.idle_minutes) * 60
SESSION_LONGEST = timedelta(hours=number("BLUEHELM_SESSION_HOURS", SIGN_IN.session_hours))
SESSION_EXPIRE_AT_BROWSER_CLOSE = False

# A second factor: one-time codes, passkeys, and codes on paper for the day both are lost
MFA_ADAPTER = "bluehelm.web.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "bluehelm"
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not BLUEHELM_PRODUCTION  # http://localhost, for the demonstration
SECOND_FACTOR_ENFORCED = BLUEHELM_PRODUCTION or flag("BLUEHELM_SECOND_FACTOR")

# Single sign-on, where an issuer is named
SOCIALACCOUNT_ADAPTER = "bluehelm.web.accounts.adapters.SingleSignOnAdapter"
OIDC_ISSUER = text("BLUEHELM_OIDC_ISSUER").rstrip("/")
OIDC_ORIGIN = "{0.scheme}://{0.netloc}".format(urlsplit(OIDC_ISSUER)) if OIDC_ISSUER else ""
OIDC_OPENS_ACCOUNTS = flag("BLUEHELM_OIDC_OPENS_ACCOUNTS")
OIDC_ASKS_SECOND_FACTOR = flag("BLUEHELM_OIDC_ASKS_SECOND_FACTOR")
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True  # found by address once, by subject from then on
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "desk",
                "name": text("BLUEHELM_OIDC_NAME") or "single sign-on",
                "client_id": text("BLUEHELM_OIDC_CLIENT_ID"),
                "secret": text("BLUEHELM_OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_ISSUER},
            }
        ],
    }
    if OIDC_ISSUER
    else {}
}

# Shared by all worker processes, so that a one-time code cannot be used once in each
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entry"}}

# Accounts that nobody uses, tokens of programs
DORMANT_DAYS = number("BLUEHELM_DORMANT_DAYS", SIGN_IN.dormant_days)
TOKEN_DAYS, TOKEN_DAYS_AT_MOST = SIGN_IN.token_days, SIGN_IN.token_days_at_most
TOKEN_REQUESTS_A_MINUTE = number("BLUEHELM_TOKEN_REQUESTS_A_MINUTE", 600)
