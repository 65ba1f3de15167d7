"""Which definitions does bluehelm carry, and what do their files say?"""

import difflib
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from bluehelm.definitions.strict_yaml import DefinitionError
from bluehelm.language import _


def packaged_names() -> tuple[str, ...]:
    """Every definition file in the package, by its path from the package: `missions.yaml`, `areas/unifil.yaml`."""
    return tuple(sorted(_names_in(files("bluehelm.definitions"), "")))


def _names_in(folder: Traversable, path: str) -> Iterator[str]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _names_in(entry, f"{path}{entry.name}/")
        elif entry.name.endswith(".yaml"):
            yield path + entry.name


def packaged_text(name: str) -> str:
    """The text of a packaged definition; DefinitionError when the package carries none of that name."""
    if name not in packaged_names():
        near = difflib.get_close_matches(name, packaged_names())
        meant = _("; did you mean {near}", near=_(" or ").join(near)) if near else ""
        raise DefinitionError(
            name, [_("{name}: no definition of this name is packaged{meant}", name=name, meant=meant)]
        )
    return files("bluehelm.definitions").joinpath(name).read_text(encoding="utf-8")
