"""Which addresses and commands are there, and what does each show to whom?

Every one stands here; a test fails when the program has one that does not, so that nothing new goes out unlooked-at.
"""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

MISSION = {"mission": "UNSYM"}

QUERY = "?"
COMPARED = "mission=UNSYM&since=2025-01&until=2025-06"

# What an address shows to whom: `open`: to everyone, less what they may not read; `signed in`: others are sent to sign
# in; `keepers` and `auditors`: to others it does not exist; `record`: to those who may read the record; `deed`: takes
# a POST; `shut`: to nobody here (single sign-on that is not configured, the demonstration's sign-in elsewhere).
PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "missions:home": ("open", {}),
    "missions:list": ("open", {}),
    "missions:compare": ("open", {QUERY: COMPARED}),
    "missions:mission": ("open", MISSION),
    "missions:situation": ("open", MISSION),
    "missions:brief-json": ("open", MISSION),
    "missions:brief-html": ("open", MISSION),
    "missions:brief-pdf": ("open", MISSION),
    "missions:brief-docx": ("open", MISSION),
    "missions:comparison-svg": ("open", {QUERY: COMPARED}),
    "missions:comparison-png": ("open", {QUERY: COMPARED}),
    "missions:tempo-svg": ("open", MISSION),
    "missions:tempo-png": ("open", MISSION),
    "missions:chart-svg": ("open", MISSION),
    "missions:chart-png": ("open", MISSION),
    "missions:map-json": ("open", MISSION),
    "missions:borders": ("open", {"kind": "countries"}),
    "data:versions": ("open", {}),
    "data:revisions": ("open", {"table": "events", QUERY: "old=1&new=1"}),
    "data:revision-svg": ("open", {"table": "events", QUERY: "old=1&new=1"}),
    "data:revision-png": ("open", {"table": "events", QUERY: "old=1&new=1"}),
    "data:quality": ("open", {}),
    "data:coverage": ("open", {}),
    "data:version": ("record", {"table": "events", "number": 2}),
    "design:components": ("open", {}),
    "api:openapi-json": ("open", {}),
    "api:missions": ("open", {}),
    "api:home": ("open", {}),
    "api:compare": ("open", {QUERY: COMPARED}),
    "api:mission": ("open", MISSION),
    "api:situation": ("open", MISSION),
    "api:map": ("open", MISSION),
    "api:tables": ("open", {}),
    "api:table": ("record", {"table": "events", "number": 2}),
    "api:revisions": ("open", {"table": "events", QUERY: "old=1&new=1"}),
    "api:coverage": ("open", {}),
    "api:quality": ("open", {}),
    "api:api-root": ("open", {}),
    "posts:mine": ("signed in", {}),
    "posts:mine-json": ("signed in", {}),
    "posts:list": ("signed in", {}),
    "posts:list-json": ("signed in", {}),
    "posts:post": ("own mission", {"code": "sym-jmac"}),
    "posts:post-json": ("own mission", {"code": "sym-jmac"}),
    "posts:rights": ("open", {}),
    "posts:rights-json": ("open", {}),
    "posts:glass": ("signed in", {}),
    "posts:new": ("keepers", {}),
    "posts:new-organisation": ("keepers", {}),
    "posts:choose": ("deed", {}),
    "posts:close-glass": ("deed", {"number": 1}),
    "posts:acknowledge-glass": ("deed", {"number": 1}),
    "posts:look-away": ("deed", {}),
    "posts:vacate": ("deed", {"number": 1}),
    "posts:occupy": ("deed", {"code": "sym-jmac"}),
    "posts:look-through": ("deed", {"code": "sym-jmac"}),
    "audit:list": ("auditors", {}),
    "audit:list-json": ("auditors", {}),
    "audit:entry": ("auditors", {"number": 1}),
    "audit:entry-json": ("auditors", {"number": 1}),
    "findings:list": ("open", {}),
    "findings:list-json": ("open", {}),
    "findings:mine": ("signed in", {}),
    "findings:mine-json": ("open", {}),
    "findings:measures": ("open", {}),
    "findings:measures-json": ("open", {}),
    "findings:new": ("raisers", {}),
    "findings:page": ("record", {"number": 1}),
    "findings:json": ("record", {"number": 1}),
    "findings:do": ("deed", {"number": 1, "verb": "raise"}),
    "rhythm:calendar": ("signed in", {}),
    "rhythm:calendar-json": ("signed in", {}),
    "rhythm:done": ("deed", {}),
    "rhythm:set-date": ("deed", {}),
    "rhythm:withdraw-date": ("deed", {"number": 1}),
    "morning:mine": ("signed in", {}),
    "morning:page": ("signed in", {"name": "planning"}),
    "morning:json": ("signed in", {"name": "research"}),
    "people": ("keepers", {}),
    "people_json": ("keepers", {}),
    "person": ("keepers", {"pk": 1}),
    "person_json": ("keepers", {"pk": 1}),
    "new_person": ("keepers", {}),
    "make_link": ("deed", {"pk": 1}),
    "change_person": ("deed", {"pk": 1, "deed": "close"}),
    "own_account": ("signed in", {}),
    "account_login": ("own", {}),
    "account_logout": ("own", {}),
    "account_inactive": ("own", {}),
    "account_signup": ("own", {}),
    "account_reauthenticate": ("own", {}),
    "account_change_password": ("own", {}),
    "account_set_password": ("own", {}),
    "account_reset_password": ("own", {}),
    "account_reset_password_done": ("own", {}),
    "account_reset_password_from_key_done": ("own", {}),
    "account_reset_password_from_key": ("own", {"uidb36": "1", "key": "none"}),
    "mfa_index": ("own", {}),
    "mfa_authenticate": ("own", {}),
    "mfa_reauthenticate": ("own", {}),
    "mfa_activate_totp": ("own", {}),
    "mfa_deactivate_totp": ("own", {}),
    "mfa_view_recovery_codes": ("own", {}),
    "mfa_generate_recovery_codes": ("own", {}),
    "mfa_download_recovery_codes": ("own", {}),
    "mfa_list_webauthn": ("own", {}),
    "mfa_add_webauthn": ("own", {}),
    "mfa_reauthenticate_webauthn": ("own", {}),
    "mfa_remove_webauthn": ("own", {"pk": 1}),
    "mfa_edit_webauthn": ("own", {"pk": 1}),
    "mfa_login_webauthn": ("own", {}),
    "usersessions_list": ("own", {}),
    "end_session": ("own", {}),
    "api_tokens": ("own", {}),
    "new_token": ("own", {}),
    "revoke_token": ("own", {"pk": 1}),
    "socialaccount_login_cancelled": ("own", {}),
    "socialaccount_login_error": ("own", {}),
    "openid_connect_login": ("shut", {"provider_id": "none"}),
    "openid_connect_callback": ("shut", {"provider_id": "none"}),
    "demo_sign_in": ("shut", {}),
    "running:health": ("open", {}),
    "running:metrics": ("shut", {}),
}


def addresses(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[str]:
    """The name of every address the program answers, with its namespace."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern, inner)
