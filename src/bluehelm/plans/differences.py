"""What did a plan change between two of its versions, in words?

Parts are told apart by their ids: an id that is gone was taken out, a new one was added, and of one that stayed every
changed line is named with what it was and what it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from bluehelm.language import _
from bluehelm.plans.framework import Framework
from bluehelm.plans.names import field_name, part_name

_HELD_APART = frozenset(
    {"objectives", "outcomes", "outputs", "activities", "indicators", "documents", "tasks", "actors", "drivers"}
)
_ONE = {
    "objectives": "objective",
    "outcomes": "outcome",
    "outputs": "output",
    "activities": "activity",
    "indicators": "indicator",
    "documents": "document",
    "tasks": "task",
    "actors": "actor",
    "drivers": "driver",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: added, taken out, changed or moved; `was` and `now` are texts, empty where there is none."""

    kind: str
    part: str
    id: str
    field: str
    was: str
    now: str

    def __str__(self) -> str:
        part = part_name(self.part)
        if self.kind == "added":
            return _("Added {part} {id}: {now}", part=part, id=self.id, now=self.now)
        if self.kind == "taken out":
            return _("Took out {part} {id}: {was}", part=part, id=self.id, was=self.was)
        if self.kind == "moved":
            return _("Moved {part} {id} from {was} to {now}", part=part, id=self.id, was=self.was, now=self.now)
        where = f"{part} {self.id}".strip()
        return _(
            "Changed {field} of {where}: {was} became {now}",
            field=field_name(self.field.replace(" ", "_")),
            where=where,
            was=self.was or _("nothing"),
            now=self.now or _("nothing"),
        )


def differences(before: Framework, after: Framework) -> list[Difference]:
    """Every change from one version to another; none when they say the same."""
    old, new = _parts(before), _parts(after)
    found = list(_changed("framework", "", before, after))
    for key in dict.fromkeys([*old, *new]):
        part, name = key
        if key not in new:
            found.append(Difference("taken out", part, name, "", old[key][1].title_of, ""))
        elif key not in old:
            found.append(Difference("added", part, name, "", "", new[key][1].title_of))
        else:
            (was_in, was), (now_in, now) = old[key], new[key]
            if was_in != now_in:
                found.append(
                    Difference("moved", part, name, "", was_in or _("the framework"), now_in or _("the framework"))
                )
            found += _changed(part, name, was.model, now.model)
    return found


@dataclass(frozen=True, slots=True)
class _Held:
    model: BaseModel

    @property
    def title_of(self) -> str:
        return str(getattr(self.model, "title", None) or getattr(self.model, "name", ""))


def _parts(framework: Framework) -> dict[tuple[str, str], tuple[str, _Held]]:
    """Every part by kind and id, with the id of what holds it."""
    return dict(_walk(framework, ""))


def _walk(holder: BaseModel, holder_id: str) -> Iterator[tuple[tuple[str, str], tuple[str, _Held]]]:
    for name in type(holder).model_fields:
        inside = getattr(holder, name)
        if name == "context":
            yield from _walk(inside, "context")
        elif name in _HELD_APART and isinstance(inside, tuple) and inside and isinstance(inside[0], BaseModel):
            for model in inside:
                own = str(model.id)
                yield (_ONE[name], own), (holder_id, _Held(model))
                yield from _walk(model, own)


def _changed(part: str, name: str, was: BaseModel, now: BaseModel) -> Iterator[Difference]:
    for key in type(now).model_fields:
        before, after = getattr(was, key), getattr(now, key)
        if key == "context" or _is_held_apart(key, before, after) or before == after:
            continue
        yield Difference("changed", part, name, key.replace("_", " "), _in_words(before), _in_words(after))


def _is_held_apart(key: str, before: Any, after: Any) -> bool:
    """Whether a field holds parts with ids of their own, rather than ids that name others."""
    return key in _HELD_APART and any(isinstance(one, BaseModel) for one in (*before, *after))


def _in_words(value: Any) -> str:
    if value is None or value == () or value == "":
        return ""
    if isinstance(value, BaseModel):
        said = {key: _in_words(getattr(value, key)) for key in type(value).model_fields}
        return ", ".join(f"{field_name(key)} {text}" for key, text in said.items() if text)
    if isinstance(value, tuple):
        return "; ".join(_in_words(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
