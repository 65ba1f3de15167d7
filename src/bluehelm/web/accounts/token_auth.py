"""How does a program show its token, and what is it told when that is not enough?

@token_or_session("read:table")              a Django view
NinjaAPI(auth=[TokenAuth(), SessionAuth()])  django-ninja; a router or route may ask TokenAuth("read:finding")
answer_refusals(api)                         its refusals as application/problem+json
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError
from ninja.security import APIKeyCookie
from ninja.security.base import AuthBase

from bluehelm.web.accounts.models import ApiToken
from bluehelm.web.accounts.problems import problem
from bluehelm.web.accounts.tokens import TokenRefusedError, actor_with, note_use, token_of

SCHEME = "Bearer"
View = Callable[..., HttpResponse]


def shown_secret(request: HttpRequest) -> str | None:
    """The secret of the Authorization header; None when there is no such header, empty when it is of another kind."""
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, secret = header.partition(" ")
    return secret.strip() if scheme.lower() == SCHEME.lower() else ""


def act_with_token(request: HttpRequest, scope: str = "") -> ApiToken:
    """Let the request act with its token, if that has the scope; TokenRefusedError otherwise.

    Afterwards `request.user`, `request.actor` and `request.token` are the token's.
    """
    token = token_of(shown_secret(request) or "")
    actor = actor_with(token)
    deed, _, kind = scope.partition(":")
    if scope and not actor.may(deed, kind):  # type: ignore[arg-type]  # scopes are made of deeds
        raise TokenRefusedError(403, "insufficient_scope", f"This takes the scope {scope}.")
    note_use(token)
    request.user = token.owner
    request.actor = actor  # type: ignore[attr-defined]  # ours to add, as the middleware does
    request.token = token  # type: ignore[attr-defined]
    return token


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
    api.add_exception_handler(TokenRefusedError, lambda request, refused: refusal(refused))
    api.add_exception_handler(AuthenticationError, lambda request, error: no_token())


def token_or_session(scope: str) -> Callable[[View], View]:
    """Guard a view: a token with this scope, or a person who is signed in."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
            if shown_secret(request) is None and not request.user.is_authenticated:
                return no_token()
            if shown_secret(request) is not None:
                try:
                    act_with_token(request, scope)
                except TokenRefusedError as refused:
                    return refusal(refused)
            return view(request, *args, **named)

        return guarded

    return guard


def refusal(refused: TokenRefusedError) -> HttpResponse:
    challenge = f'{SCHEME} realm="bluehelm", error="{refused.code}", error_description="{refused.what}"'
    return problem(refused.status, refused.code, refused.what, challenge=challenge)


def no_token() -> HttpResponse:
    what = "Sign in, or send a token: Authorization: Bearer bluehelm_..."
    return problem(401, "not_signed_in", what, challenge=f'{SCHEME} realm="bluehelm"')
