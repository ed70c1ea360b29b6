"""The world as shapes, read once from static/world.svg, to be coloured and linked by a page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from service.web.assets import STATIC

__all__ = ["Shape", "WorldMap", "world_map"]

_SHAPE: Final = re.compile(r'<(path|circle)((?: [a-z]+="[^"<>]*")+)/>')
_ATTRIBUTE: Final = re.compile(r' ([a-z]+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Shape:
    """One territory: an outline d, or a dot at x, y. code: ISO 3166-1 alpha-2, "" for land in dispute."""

    code: str
    d: str = ""
    x: str = ""
    y: str = ""
    r: str = ""


@dataclass(frozen=True, slots=True)
class WorldMap:
    """view_box: of the drawing; shapes: outlines before dots."""

    view_box: str
    shapes: tuple[Shape, ...]


@cache
def world_map() -> WorldMap:
    """The map."""
    text = (STATIC / "world.svg").read_text(encoding="utf-8")
    found = re.search(r'viewBox="([^"]+)"', text)
    assert found, "scripts/make_world_map.py writes it"
    return WorldMap(found[1], tuple(_shape(match[2]) for match in _SHAPE.finditer(text)))


def _shape(attributes: str) -> Shape:
    given = dict(_ATTRIBUTE.findall(attributes))
    return Shape(
        given.get("id", ""), given.get("d", ""), given.get("cx", ""), given.get("cy", ""), given.get("r", "")
    )
