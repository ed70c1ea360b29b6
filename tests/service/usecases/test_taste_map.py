"""A distributor's catalogue as a picture of its taste."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from service.clock import today
from service.errors import NotFound
from service.security.actor import Actor
from service.usecases.taste_map import HEIGHT, PointKind, taste_map
from tests.service import make
from tests.service.bundled import Bundled
from tests.service.buyer import bundled, database_url, dee
from tests.tastes import WORDS

__all__ = ["bundled", "database_url", "dee"]


def test_suggestions_own_releases_and_what_is_around_lie_on_one_plane(bundled: Bundled, dee: Actor) -> None:
    found = taste_map(bundled.desk, dee, "fr-western")
    kinds = [point.kind for point in found.points]
    assert kinds == sorted(kinds, key=list(PointKind).index)
    assert [p.film.film_id for p in found.points if p.kind is PointKind.SUGGESTED] == ["western", "horror"]
    assert max(abs(point.x) for point in found.points) <= 1 + 1e-9
    assert max(abs(point.y) for point in found.points) <= HEIGHT + 1e-9
    assert len({point.film.film_id for point in found.points}) == len(found.points)
    assert 0 < found.shown <= 1
    assert taste_map(bundled.desk, dee, "fr-western") == found


def test_a_western_lies_nearer_to_the_westerns_than_a_horror_film(bundled: Bundled, dee: Actor) -> None:
    points = {point.film.film_id: point for point in taste_map(bundled.desk, dee, "fr-western").points}
    own = [point for point in points.values() if point.kind is PointKind.OWN]
    x, y = (sum(side) / len(own) for side in zip(*((p.x, p.y) for p in own), strict=True))

    def away(film_id: str) -> float:
        return float((points[film_id].x - x) ** 2 + (points[film_id].y - y) ** 2)

    assert away("western") < away("horror")


def test_films_like_old_releases_of_which_there_is_no_recent_one_are_a_gap(
    bundled: Bundled, dee: Actor
) -> None:
    with bundled.uow() as tx:
        for number in range(4):
            tx.films.add(
                make.film(
                    f"again-{number}", synopsis=WORDS["Western"], genres=("Western",), year=today().year
                )
            )
        # A release of today makes all of the market's old, and none of them is a western.
        tx.films.add(make.film("puppy", synopsis=WORDS["Family"], genres=("Family",), year=2020))
        yesterday = today() - timedelta(days=1)
        tx.deals.add(make.deal("puppy", "fr-western", release_date=yesterday, is_public=True))
        tx.commit()
    bundled.catch_up()
    found = taste_map(bundled.desk, dee, "fr-western")
    assert found.recent_from
    assert found.recent_from > date(2020, 1, 1)
    gap = found.gaps[0]
    assert gap.genres[0] == "Western"
    assert {"again-0", "again-1", "again-2", "again-3"} <= {point.film.film_id for point in gap.films}
    assert {point.gap for point in gap.films} == {1}
    assert not any(point.gap for point in found.points if point.kind is PointKind.OWN)


def test_a_private_deal_of_another_is_not_on_the_map(bundled: Bundled, dee: Actor) -> None:
    with bundled.uow() as tx:
        tx.films.add(make.film("secret", synopsis=WORDS["War"], year=2010))
        tx.deals.add(make.deal("secret", "fr-war", release_date=today(), is_public=False))
        tx.commit()
    bundled.catch_up()
    found = taste_map(bundled.desk, dee, "fr-western")
    assert "secret" not in {point.film.film_id for point in found.points}
    with pytest.raises(NotFound):
        taste_map(bundled.desk, dee, "fr-war")
