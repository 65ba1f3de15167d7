"""How long may a sign-in last, how many failures lock an account, and when is an unused one closed?"""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from bluehelm.definitions.header import Header
from bluehelm.definitions.strict_yaml import build, read_mapping
from bluehelm.language import _

Count = Annotated[int, Field(ge=1)]


class SignInRules(Header):
    """The limits of accounts, sessions and tokens; the units stand in the names."""

    password_characters: Annotated[int, Field(ge=8)]
    idle_minutes: Count
    session_hours: Count
    lockout_failures: Annotated[int, Field(ge=1, le=100)]
    lockout_minutes: Count
    failures_a_minute_from_one_address: Count
    failures_in_ten_minutes_for_one_name: Count
    link_hours: Count
    dormant_days: Count
    token_days: Count
    token_days_at_most: Count

    @field_validator("token_days_at_most")
    @classmethod
    def _the_usual_token_is_allowed(cls, at_most: int, info: ValidationInfo) -> int:
        if at_most < info.data.get("token_days", 0):
            raise ValueError(_("{at_most} is less than token_days", at_most=at_most))
        return at_most


def parse_sign_in_rules(text: str, where: str) -> SignInRules:
    """The rules from YAML; `where` names the file in the problems of a DefinitionError."""
    content, problems = read_mapping(text, where)
    return build(SignInRules, content, where, problems)
