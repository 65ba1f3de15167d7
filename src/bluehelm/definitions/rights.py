"""Which role may do what, to which kind of record, up to which marking?

Four rights that are often taken for one are kept apart: reading, creating at a marking, deciding, and releasing to
others. Who is addressed by a record is another question, answered by its label. Of a record that may be read, single
fields may still be hidden from a role: who reported it, what it costs.
"""

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from bluehelm.definitions.header import Header
from bluehelm.definitions.strict_yaml import STRICT, Text, build, read_mapping
from bluehelm.language import _

Deed = Literal["read", "create", "decide", "release"]
DEEDS: tuple[Deed, ...] = get_args(Deed)
Level = Literal["unclassified", "confidential", "strictly-confidential"]
LEVELS: tuple[Level, ...] = get_args(Level)
Code = Annotated[str, Field(pattern=r"^[a-z][a-z-]*$")]


class Kind(BaseModel):
    """A kind of record that rights speak of."""

    model_config = STRICT

    kind: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    title: Text


class OrganisationKind(BaseModel):
    """A kind of organisation, and the audience that all its posts belong to."""

    model_config = STRICT

    kind: Code
    title: Text
    audience: Code


class Role(BaseModel):
    """A role; each right maps a kind of record to the highest marking it reaches. What is not listed is refused."""

    model_config = STRICT

    role: Code
    title: Text
    what: Text
    second_factor: bool = False
    read: dict[str, Level] = Field(default_factory=dict)
    create: dict[str, Level] = Field(default_factory=dict)
    decide: dict[str, Level] = Field(default_factory=dict)
    release: dict[str, Level] = Field(default_factory=dict)
    hide: dict[str, Annotated[tuple[str, ...], Field(strict=False)]] = Field(default_factory=dict)

    def sees(self, kind: str, field: str) -> bool:
        """Whether a field of a record that the role may read is shown to it."""
        return field not in self.hide.get(kind, ())

    def reaches(self, deed: Deed, kind: str) -> int | None:
        """The highest marking (0 to 2) of a kind at which the role may do the deed; None when it may not at all."""
        granted: dict[str, Level] = getattr(self, deed)
        return LEVELS.index(granted[kind]) if kind in granted else None

    def may(self, deed: Deed, kind: str, marking: int = 0) -> bool:
        reach = self.reaches(deed, kind)
        return reach is not None and marking <= reach


class Rights(Header):
    """The kinds of record, the kinds of organisation and the roles, in the order of the file."""

    kinds: Annotated[tuple[Kind, ...], Field(strict=False)]
    organisations: Annotated[tuple[OrganisationKind, ...], Field(strict=False)]
    roles: Annotated[tuple[Role, ...], Field(strict=False)]

    @field_validator("roles")
    @classmethod
    def _roles_name_known_kinds(cls, roles: tuple[Role, ...], info: ValidationInfo) -> tuple[Role, ...]:
        known = {kind.kind for kind in info.data.get("kinds", ())}
        unknown = {kind for role in roles for deed in (*DEEDS, "hide") for kind in getattr(role, deed)} - known
        if unknown:
            raise ValueError(_("{unknown}: not among the kinds of record", unknown=", ".join(sorted(unknown))))
        if len({role.role for role in roles}) < len(roles):
            raise ValueError(_("a role is listed twice"))
        return roles

    @field_validator("roles")
    @classmethod
    def _who_writes_may_read(cls, roles: tuple[Role, ...]) -> tuple[Role, ...]:
        for role in roles:
            for deed in ("create", "decide", "release"):
                beyond = [kind for kind in getattr(role, deed) if (role.reaches(deed, kind) or 0) > _read(role, kind)]
                if beyond:
                    raise ValueError(
                        _(
                            "{role} may {deed} what it may not read: {beyond}",
                            role=role.role,
                            deed=deed,
                            beyond=", ".join(beyond),
                        )
                    )
        return roles

    def role(self, code: str) -> Role:
        """The role of a code; KeyError when there is none."""
        return next(role for role in self.roles if role.role == code) if code in self.codes else self._no_role(code)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(role.role for role in self.roles)

    def audience_of(self, organisation_kind: str) -> str:
        """The audience of all posts in organisations of a kind; KeyError when the kind is unknown."""
        return {kind.kind: kind.audience for kind in self.organisations}[organisation_kind]

    def _no_role(self, code: str) -> Role:
        raise KeyError(f"{code!r} is no role; the roles are {', '.join(self.codes)}")


def _read(role: Role, kind: str) -> int:
    reach = role.reaches("read", kind)
    return -1 if reach is None else reach


def parse_rights(text: str, where: str) -> Rights:
    """The rights from YAML; `where` names the file in the problems of a DefinitionError."""
    content, problems = read_mapping(text, where)
    return build(Rights, content, where, problems)
