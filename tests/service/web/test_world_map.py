"""The map that matches are drawn on."""

from __future__ import annotations

from collections import Counter

from recommender.market.territories import TERRITORIES
from service.web.world_map import world_map

NO_SHAPE = {"AQ", "BQ", "BV", "CC", "CX", "GF", "GI", "GP", "MQ", "RE", "SJ", "TK", "TV", "UM", "YT"}
"""Antarctica, and what the atlas does not tell from another."""


def test_every_territory_of_the_atlas_has_one_shape() -> None:
    counts = Counter(shape.code for shape in world_map().shapes if shape.code)
    assert set(counts) == TERRITORIES - NO_SHAPE
    assert set(counts.values()) == {1}


def test_small_territories_are_dots_that_can_be_touched() -> None:
    dots = {shape.code: shape for shape in world_map().shapes if not shape.d}
    assert {"SG", "HK", "MT", "BH"} <= set(dots)
    assert all(float(dot.r) >= 5 for dot in dots.values())


def test_everything_lies_on_the_map() -> None:
    _, _, width, height = map(float, world_map().view_box.split())
    for shape in world_map().shapes:
        if shape.d:
            x, y = map(float, shape.d[1:].split("l")[0].replace("-", " -").split())
        else:
            x, y = float(shape.x), float(shape.y)
        assert 0 <= x <= width
        assert 0 <= y <= height


def test_places_lie_where_people_look_for_them() -> None:
    def first_point(code: str) -> tuple[float, float]:
        d = next(shape.d for shape in world_map().shapes if shape.code == code)
        x, y = d[1:].split("l")[0].split()
        return float(x), float(y)

    assert first_point("BR")[0] < first_point("DE")[0] < first_point("JP")[0]
    assert first_point("NO")[1] < first_point("DE")[1] < first_point("ZA")[1]
