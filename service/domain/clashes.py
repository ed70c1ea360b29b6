"""Two grants that cannot both be active: the rule of the database, so that the other one can be named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from service.domain.avails import covers_language
from service.domain.rights import RightsGrant, Window
from service.domain.words import Direction, GrantStatus

__all__ = ["clashes", "shared_days"]


def clashes(
    new: Sequence[RightsGrant], existing: Iterable[RightsGrant]
) -> Iterator[tuple[RightsGrant, RightsGrant]]:
    """Each new grant with each other grant, new or existing, that excludes it; a pair of new ones comes once."""
    cells: dict[object, list[RightsGrant]] = defaultdict(list)
    ids = {grant.grant_id for grant in new}
    for grant in existing:
        if grant.grant_id not in ids:
            cells[_cell(grant)].append(grant)
    for grant in new:
        others = cells[_cell(grant)]
        yield from ((grant, other) for other in others if _exclude(grant, other))
        others.append(grant)


def shared_days(one: Window, other: Window) -> Window | None:
    """The days that are in both, None where there are none."""
    starts = [day for day in (one.starts_on, other.starts_on) if day]
    ends = [day for day in (one.ends_on, other.ends_on) if day]
    first, last = max(starts, default=None), min(ends, default=None)
    return None if (first or date.min) > (last or date.max) else Window(first, last)


def _exclude(one: RightsGrant, other: RightsGrant) -> bool:
    return (
        (one.exclusive or other.exclusive)
        and one.status is GrantStatus.ACTIVE is other.status
        and _share_a_language(one.languages, other.languages)
        and shared_days(one.window, other.window) is not None
    )


def _share_a_language(one: Sequence[str], other: Sequence[str]) -> bool:
    if not one or not other:
        return True
    return any(covers_language(one, tag) for tag in other) or any(covers_language(other, tag) for tag in one)


def _cell(grant: RightsGrant) -> tuple[Direction, str, str, str]:
    return grant.direction, grant.film_id, grant.territory, grant.media_right.value
