"""Which grants cannot both be active, and which sales are not held: the rules of the database, to be told in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from service.domain.avails import covers_language
from service.domain.rights import RightsGrant, Window
from service.domain.words import Direction, GrantStatus

__all__ = ["clashes", "is_inside_held", "is_within", "shared_days"]


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


def is_inside_held(sold: RightsGrant, grants: Iterable[RightsGrant]) -> bool:
    """Whether the seller holds what it sells: all of the days and languages, exclusively where it sells so."""
    held = [
        grant
        for grant in grants
        if (grant.direction, grant.status) == (Direction.HELD, GrantStatus.ACTIVE)
        and grant.company_id == sold.company_id
        and _cell(grant)[1:] == _cell(sold)[1:]
        and (grant.exclusive or not sold.exclusive)
    ]
    return all(
        _are_covered(sold.window, [one.window for one in held if _includes(one.languages, tag)])
        for tag in sold.languages or [""]
    )


def shared_days(one: Window, other: Window) -> Window | None:
    """The days that are in both, None where there are none."""
    starts = [day for day in (one.starts_on, other.starts_on) if day]
    ends = [day for day in (one.ends_on, other.ends_on) if day]
    first, last = max(starts, default=None), min(ends, default=None)
    return None if (first or date.min) > (last or date.max) else Window(first, last)


def is_within(window: Window, period: Window) -> bool:
    """Whether all days of a window are in a period."""
    return shared_days(window, period) == window


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


def _includes(tags: Sequence[str], tag: str) -> bool:
    """Whether a holding in these languages includes one, "" being all."""
    return covers_language(tags, tag) if tag else not tags


def _are_covered(window: Window, parts: Iterable[Window]) -> bool:
    day = window.starts_on or date.min
    last = window.ends_on or date.max
    for part in sorted(parts, key=lambda one: one.starts_on or date.min):
        if (part.starts_on or date.min) <= day:
            end = part.ends_on or date.max
            if end >= last:
                return True
            day = max(day, end + timedelta(days=1))
    return False


def _cell(grant: RightsGrant) -> tuple[Direction, str, str, str]:
    return grant.direction, grant.film_id, grant.territory, grant.media_right.value
