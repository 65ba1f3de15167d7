"""How does a program show its token, and what is it told when that is not enough?

`tokens_act` (middleware) lets every answer under /api/ be asked for with a token: the request then acts as the token,
which reads what its scopes allow. What needs a person or a certain scope says so itself:

    @token_or_session("read:audit_entry")        a Django view
    api.get("/findings", auth=[TokenAuth("read:finding"), SessionAuth()])    django-ninja
    answer_refusals(api)                         and its refusals as problems
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError
from ninja.security import APIKeyCookie
from ninja.security.base import AuthBase

from bluehelm.web.accounts.models import ApiToken
from bluehelm.web.accounts.problems import is_for_programs, refuse
from bluehelm.web.accounts.tokens import TokenRefusedError, actor_with, note_use, slow_down, token_of
from bluehelm.workflows.readers import tables_as_read_by

SCHEME = "Bearer"
View = Callable[..., HttpResponse]


def shown_secret(request: HttpRequest) -> str | None:
    """The secret of the Authorization header; None when there is no such header, empty when it is of another kind."""
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _blank, secret = header.partition(" ")
    return secret.strip() if scheme.lower() == SCHEME.lower() else ""


def act_with_token(request: HttpRequest, scope: str = "") -> ApiToken:
    """Let the request act with its token, if that has the scope; TokenRefusedError otherwise.

    Afterwards `request.user`, `request.actor` and `request.token` are the token's.
    """
    token: ApiToken | None = getattr(request, "token", None)
    if token is None:
        token = token_of(shown_secret(request) or "")
        slow_down(token)
        request.actor = actor_with(token)  # type: ignore[attr-defined]  # ours to add, as the middleware of posts does
        request.user = token.owner
        request.token = token  # type: ignore[attr-defined]
    deed, _colon, kind = scope.partition(":")
    if scope and not request.actor.may(deed, kind):  # type: ignore[attr-defined]
        raise TokenRefusedError(403, "insufficient_scope", _("This takes the scope %(scope)s.") % {"scope": scope})
    note_use(token)
    return token


def tokens_act(answer: View) -> View:
    """Let whatever is asked under /api/ with a token act with it, and with nothing else; a bad one is refused."""

    def with_token(request: HttpRequest) -> HttpResponse:
        if not is_for_programs(request) or shown_secret(request) is None:
            return answer(request)
        try:
            act_with_token(request)
        except TokenRefusedError as refused:
            return refusal(request, refused)
        from bluehelm.web.posts.middleware import note_reads  # posts know accounts already

        with tables_as_read_by(lambda: request.actor.reader_of("table")) as reading:  # type: ignore[attr-defined]
            response = answer(request)
        note_reads(reading, request.actor)  # type: ignore[attr-defined]  # set by the middleware
        return response

    return with_token


class TokenAuth(AuthBase):
    """django-ninja's form: lets the next method try when no Authorization header is sent."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, scope: str = "") -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> ApiToken | None:
        return None if shown_secret(request) is None else act_with_token(request, self.scope)


class SessionAuth(APIKeyCookie):
    """django-ninja's form of a browser that is signed in; what it sends needs the page's key, as a form does."""

    param_name = "sessionid"

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return request.user if request.user.is_authenticated else None


def answer_refusals(api: NinjaAPI) -> None:
    """Have an API say 401 and 403 as problems."""

    @api.exception_handler(TokenRefusedError)
    def refused(request: HttpRequest, error: TokenRefusedError) -> HttpResponse:
        return refusal(request, error)

    @api.exception_handler(AuthenticationError)
    def not_signed_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return no_token(request)


def token_or_session(scope: str) -> Callable[[View], View]:
    """Guard a view: a token with this scope, or a person who is signed in."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
            if shown_secret(request) is None:
                return view(request, *args, **named) if request.user.is_authenticated else no_token(request)
            try:
                act_with_token(request, scope)
            except TokenRefusedError as refused:
                return refusal(request, refused)
            return view(request, *args, **named)

        return guarded

    return guard


def refusal(request: HttpRequest, refused: TokenRefusedError) -> HttpResponse:
    if refused.wait:
        next_step = _("Ask again in %(seconds)s seconds, and less often.") % {"seconds": refused.wait}
        slowed = refuse(request, refused.status, refused.code, refused.what, next_step)
        slowed["Retry-After"] = f"{refused.wait}"
        return slowed
    challenge = f'{SCHEME} realm="bluehelm", error="{refused.code}"'
    next_step = _("Make a token that fits in your account, under API tokens.")
    return refuse(request, refused.status, refused.code, refused.what, next_step, challenge=challenge)


def no_token(request: HttpRequest) -> HttpResponse:
    what, next_step = _("This takes an account."), _("Sign in, or send a token: Authorization: Bearer bluehelm_...")
    return refuse(request, 401, "not_signed_in", what, next_step, challenge=f'{SCHEME} realm="bluehelm"')
