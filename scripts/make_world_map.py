"""Make service/web/static/world.svg, the map that matches are drawn on.

The coasts and borders are Natural Earth's (public domain, naturalearthdata.com), as packed by the npm package
world-atlas. Fetch it once with `npm pack world-atlas@2.0.2` and run

    python scripts/make_world_map.py world-atlas-2.0.2.tgz

Every shape's id is an ISO 3166-1 alpha-2 code. A territory too small to be seen or touched becomes a dot; one that
the atlas does not tell from another (such as French Guiana) has no shape. Shapes without an id are land in dispute.
"""

from __future__ import annotations

import argparse
import json
import math
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from babel.core import get_global

from recommender.market.territories import TERRITORIES

OUT: Final = Path(__file__).resolve().parents[1] / "service" / "web" / "static" / "world.svg"
WIDTH: Final = 2000.0
SMALLEST: Final = 9.0
"""Sides of the smallest box, in units of the drawing, in which a territory is drawn as it is."""

DOT: Final = 7
MERIDIAN: Final = 11.0
"""In the middle, so that the cut on the other side goes through the Bering Strait."""

NOT_DRAWN: Final = frozenset({"AQ"})

Point = tuple[float, float]
Ring = list[Point]


@dataclass(frozen=True)
class Shape:
    """A territory, "" for land without a code; rings in units of the drawing."""

    code: str
    rings: list[Ring]

    @property
    def sides(self) -> Point:
        """Width and height of the largest ring's box."""
        ring = max(self.rings, key=area)
        xs, ys = zip(*ring, strict=True)
        return max(xs) - min(xs), max(ys) - min(ys)

    @property
    def middle(self) -> Point:
        """Of the largest ring."""
        ring = max(self.rings, key=area)
        xs, ys = zip(*ring, strict=True)
        return (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2


def main() -> int:
    """Write the map."""
    parser = argparse.ArgumentParser(description="Make the world map from the npm package world-atlas.")
    parser.add_argument("package", type=Path, help="world-atlas-2.0.2.tgz")
    with tarfile.open(parser.parse_args().package) as package:
        coarse, fine = (
            list(shapes(json.load(_member(package, f"countries-{scale}.json")))) for scale in ("110m", "50m")
        )
    drawn = [shape for shape in coarse if min(shape.sides) >= SMALLEST or not shape.code]
    known = {shape.code for shape in drawn}
    dots = [shape for shape in fine if shape.code and shape.code not in known]
    height = math.ceil(max(y for shape in drawn for ring in shape.rings for _, y in ring)) + 4
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height}">',
        "<!-- Natural Earth, public domain. Made by scripts/make_world_map.py. -->",
        *(_path(shape) for shape in sorted(drawn, key=lambda shape: shape.code)),
        *(_dot(shape) for shape in sorted(dots, key=lambda shape: shape.code)),
        "</svg>",
    ]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    missing = sorted(TERRITORIES - known - {shape.code for shape in dots})
    print(
        f"{len(drawn)} shapes and {len(dots)} dots, {OUT.stat().st_size:,} bytes; not drawn: {', '.join(missing)}"
    )
    return 0


def shapes(topology: dict[str, Any]) -> Iterator[Shape]:
    """The countries of a TopoJSON file, projected."""
    arcs = [_decoded(arc, topology["transform"]) for arc in topology["arcs"]]
    for geometry in topology["objects"]["countries"]["geometries"]:
        code = _code(geometry.get("id"))
        if code in NOT_DRAWN:
            continue
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        rings = [_ring(ring, arcs) for polygon in polygons for ring in polygon]
        yield Shape(
            code, [[projected(*point) for point in _unwound(ring)] for ring in rings if len(ring) > 2]
        )


def projected(longitude: float, latitude: float) -> Point:
    """Degrees east of MERIDIAN and north of the equator in Equal Earth.

    Source: Šavrič, Patterson and Jenny 2018, The Equal Earth map projection.
    """
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    t = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    slope = 9 * a4 * t**8 + 7 * a3 * t**6 + 3 * a2 * t**2 + a1
    x = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(t) / (3 * slope)
    y = t * (a1 + a2 * t**2 + t**6 * (a3 + a4 * t**2))
    half = 2 * math.sqrt(3) * math.pi / (3 * a1)
    return (x / half + 1) * WIDTH / 2, (1.3173 - y) / half * WIDTH / 2


def area(ring: Ring) -> float:
    """Of a closed ring, by the shoelace formula."""
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise([*ring, ring[0]]))) / 2


def _member(package: tarfile.TarFile, name: str) -> Any:
    found = package.extractfile(f"package/{name}")
    if found is None:
        raise SystemExit(f"{name} is missing: give the tarball of world-atlas 2.0.2")
    return found


def _code(numeric: str | None) -> str:
    found = get_global("territory_aliases").get(numeric or "", [""])
    return found[0] if found[0] in TERRITORIES else ""


def _decoded(arc: list[list[int]], transform: dict[str, list[float]]) -> Ring:
    """Longitudes and latitudes of an arc, which is stored as steps on a grid."""
    (across, up), (left, bottom) = transform["scale"], transform["translate"]
    points, x, y = [], 0, 0
    for dx, dy in arc:
        x, y = x + dx, y + dy
        points.append((x * across + left, y * up + bottom))
    return points


def _ring(numbers: list[int], arcs: list[Ring]) -> Ring:
    ring: Ring = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += arc[1:] if ring else arc
    return ring[:-1]


def _unwound(ring: Ring) -> Iterator[Point]:
    """Without leaps where the ring crosses the cut: all of it lies on the side of its first point."""
    before = (ring[0][0] - MERIDIAN + 180) % 360 - 180
    for longitude, latitude in ring:
        before += (longitude - MERIDIAN - before + 180) % 360 - 180
        yield before, latitude


def _path(shape: Shape) -> str:
    named = f' id="{shape.code}"' if shape.code else ""
    return f'<path{named} d="{"".join(filter(None, map(_steps, shape.rings)))}"/>'


def _steps(ring: Ring) -> str:
    """A ring as whole steps from its first point; "" where nothing of it would be seen."""
    points = [(round(x), round(y)) for x, y in ring]
    steps = [(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in pairwise(points) if (x0, y0) != (x1, y1)]
    if len(steps) < 2:
        return ""
    x, y = points[0]
    return f"M{x} {y}l{' '.join(f'{dx} {dy}' for dx, dy in steps)}z".replace(" -", "-")


def _dot(shape: Shape) -> str:
    x, y = shape.middle
    return f'<circle id="{shape.code}" cx="{x:.0f}" cy="{y:.0f}" r="{DOT}"/>'


if __name__ == "__main__":
    raise SystemExit(main())
