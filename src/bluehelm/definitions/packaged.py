"""Which definitions does bluehelm carry, and what do their files say?"""

import difflib
from importlib.resources import files

from bluehelm.definitions.strict_yaml import DefinitionError


def packaged_names() -> tuple[str, ...]:
    """Every definition file in the package, by its path from the package: `missions.yaml`, `areas/unifil.yaml`."""
    folder = files("bluehelm.definitions")
    found = [entry.name for entry in folder.iterdir()]
    found += [f"areas/{entry.name}" for entry in folder.joinpath("areas").iterdir()]
    return tuple(sorted(name for name in found if name.endswith(".yaml")))


def packaged_text(name: str) -> str:
    """The text of a packaged definition; DefinitionError when the package carries none of that name."""
    if name not in packaged_names():
        near = difflib.get_close_matches(name, packaged_names())
        meant = f"; did you mean {' or '.join(near)}" if near else ""
        raise DefinitionError(name, [f"{name}: no definition of this name is packaged{meant}"])
    return files("bluehelm.definitions").joinpath(name).read_text(encoding="utf-8")
