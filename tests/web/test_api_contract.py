"""Does the API keep to its own description, whatever is asked of it?

Schemathesis makes requests from the description, fitting ones and others, and holds every answer against it.
"""

from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from bluehelm.web.posts.rights import rights
from tests.web.cast import make_cast
from tests.web.test_api_lists import program, raised

pytestmark = pytest.mark.django_db
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    unsupported_method,
]  # fmt: skip
THOROUGH = 12
"""Requests an address, of those that fit and of others each."""


@pytest.fixture
def cast(demo):
    return make_cast()


def everything(actor) -> list[str]:
    """Every scope of the actor's role."""
    role = rights().role(actor.post.role)
    return [f"{deed}:{kind}" for deed in ("read", "create", "decide", "release") for kind in getattr(role, deed)]


def asked(operation, mode, examples, client) -> int:
    """Ask one address so often; every answer is as described. Returns how many were given."""
    said = []

    @settings(
        max_examples=examples, database=None, deadline=None, phases=[Phase.generate], derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case):
        answer = case.call(headers={"Authorization": client.headers_of, "Accept-Encoding": "identity"})
        case.validate_response(answer, checks=CHECKS)
        said.append(answer.status_code)

    with suppress(Unsatisfiable):  # there is no wrong way to ask where any text may be asked
        ask()
    return len(said)


def walk(cast, who, examples, settings_of_django, modes=tuple(GenerationMode), only="/api/"):
    from bluehelm.web.wsgi import application

    settings_of_django.TOKEN_REQUESTS_A_MINUTE = 10**9
    raised(cast["sym-jmac"], "one")
    client = program(cast[who], *everything(cast[who]))
    client.headers_of = client.defaults["HTTP_AUTHORIZATION"]
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application).include(path_regex=f"^{only}")
    operations = [found.ok() for found in schema.get_all_operations()]
    given_answers = sum(asked(operation, mode, examples, client) for operation in operations for mode in modes)
    return len(operations), given_answers


def test_the_ledger_answers_as_described(cast, settings):
    _, answers = walk(cast, "hq-forces", 2, settings, [GenerationMode.POSITIVE], "/api/findings/")
    assert answers >= 6


@pytest.mark.long
@pytest.mark.parametrize("who", ["sym-jmac", "hq-forces", "auditor"])
def test_every_address_answers_as_described_whatever_is_asked(cast, who, settings):
    operations, answers = walk(cast, who, THOROUGH, settings)
    print(f"{who}: {answers} answers of {operations} addresses")
    assert operations > 45 and answers > 5 * operations
