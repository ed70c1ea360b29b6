"""Rows that were refused only for what another row of the same file gives up, so that order does not matter.

Two films may exchange their IMDb ids, a border between two sales may move: one of the two is always written first,
into what the other still has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias

from service.domain.catalogue import FilmRecord
from service.domain.identifiers import IDENTIFIERS
from service.domain.rights import RightsGrant
from service.domain.words import GrantStatus
from service.errors import Conflict, Invalid
from service.store.unit_of_work import UnitOfWork
from service.usecases.importing.items import Item, Target

__all__ = ["Refused", "write_again"]

Refused: TypeAlias = tuple[Item, Conflict | Invalid]

_ROUNDS: Final = 10
"""Of trying rows one after the other; each costs what a refused row costs."""


def write_again(
    tx: UnitOfWork, target: Target, refused: Sequence[Refused], written: Sequence[Item]
) -> tuple[list[Item], list[Refused]]:
    """The rows that get in after all, and those that do not. written: the others of the file."""
    if not refused:
        return [], []
    givers: dict[str, set[int]] = defaultdict(set)
    for item in (*written, *(item for item, _ in refused)):
        for what in _given_up(item):
            givers[what].add(item.line)
    waiting = {
        item.line
        for item, _ in refused
        if any(givers.get(what, set()) - {item.line} for what in _wanted(item))
    }
    late: list[Item] = []
    left = [one for one in refused if one[0].line not in waiting]
    for tied in _tied([one for one in refused if one[0].line in waiting]):
        got_in, still = _write_tied(tx, target, tied)
        late += got_in
        left += still
    return late, left


def _write_tied(tx: UnitOfWork, target: Target, tied: list[Refused]) -> tuple[list[Item], list[Refused]]:
    items = [item for item, _ in tied]
    if _exchanged(tx, target, items):
        return items, []
    # One of them has another obstacle: one by one, so that of two the first is kept; then from either end.
    late: list[Item] = []
    for _ in range(_ROUNDS):
        _, still = tx.write_good([item for item, _ in tied], target.write)
        lines = {item.line for item, _ in still}
        got_in = [item for item, _ in tied if item.line not in lines]
        late, tied = [*late, *got_in], still[::-1]
        if not tied or not got_in:
            break
    return late, tied


def _exchanged(tx: UnitOfWork, target: Target, items: Sequence[Item]) -> bool:
    """Write all of them at once or none: first without what they give up, then as they are wanted."""
    released = [stored for item in items for stored in _released(item)]
    try:
        with tx.savepoint():
            if films := [film for film in released if isinstance(film, FilmRecord)]:
                tx.films.upsert_many(films)
            if grants := [grant for grant in released if isinstance(grant, RightsGrant)]:
                tx.rights.upsert_many(grants)
            target.write(items)
            tx.check()
    except (Conflict, Invalid):
        return False
    return True


def _released(item: Item) -> Iterator[FilmRecord | RightsGrant]:
    for before, after in zip(item.before, item.after, strict=True):
        if isinstance(before, FilmRecord):
            differs = [name for name in IDENTIFIERS if getattr(before, name) != getattr(after, name)]
            without: dict[str, Any] = dict.fromkeys(differs, "")
            yield replace(before, **without)
        elif isinstance(before, RightsGrant) and before != after:
            yield replace(before, status=GrantStatus.INACTIVE)


def _given_up(item: Item) -> Iterator[str]:
    for before, after in zip(item.before, item.after, strict=True):
        if isinstance(before, FilmRecord):
            yield from _claims(before) - _claims(after)
        elif before != after:
            yield from _claims(before)


def _wanted(item: Item) -> Iterator[str]:
    for after in item.after:
        yield from _claims(after)


def _claims(stored: object) -> set[str]:
    """What no other object may have: a film's identifiers, and of rights where others may be in the way."""
    if isinstance(stored, FilmRecord):
        return {f"{name} {value}" for name in IDENTIFIERS if (value := getattr(stored, name))}
    if isinstance(stored, RightsGrant):
        return {f"{stored.film_id} {stored.territory} {stored.media_right}"}
    return set()


def _tied(refused: Sequence[Refused]) -> list[list[Refused]]:
    """Groups of rows that want what others of the group give up, directly or through a third."""
    group: dict[str, list[Refused]] = {}
    for one in refused:
        claims = {*_wanted(one[0]), *_given_up(one[0])}
        joined = {id(found): found for what in claims if (found := group.get(what)) is not None}
        largest = max(joined.values(), key=len, default=[])
        for other in joined.values():
            if other is not largest:
                largest += other
                group.update((what, largest) for it, _ in other for what in (*_wanted(it), *_given_up(it)))
        largest.append(one)
        group.update(dict.fromkeys(claims, largest))
    return list({id(found): found for found in group.values()}.values())
