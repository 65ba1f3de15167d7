"""Which borders does a browser draw, and when must it fetch them again?"""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from bluehelm.definitions import packaged_text
from bluehelm.workflows.borders import NAMES, border_folder, border_layer, lines_with_disputes


def borders_json(home: Path, name: str) -> bytes:
    """`countries` or `lines` as GeoJSON text; every line carries `disputed`, true or false."""
    return _encoded(home, name, borders_etag(home, name))


def borders_etag(home: Path, name: str) -> str:
    """Changes when a file behind the borders, or the definition of the disputed lines, does."""
    files = [folder / f"{name}.geojson" for folder in (border_folder(), home / "borders")]
    stamps = [(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files if path.is_file()]
    facts = json.dumps([stamps, packaged_text("disputed_lines.yaml")])
    return f'"{hashlib.sha256(facts.encode()).hexdigest()[:32]}"'


@lru_cache(maxsize=2 * len(NAMES))
def _encoded(home: Path, name: str, etag: str) -> bytes:
    del etag  # part of the key: changed borders are encoded again
    layer = lines_with_disputes(home) if name == "lines" else border_layer(home, name)
    return json.dumps(layer, separators=(",", ":"), ensure_ascii=False).encode()
