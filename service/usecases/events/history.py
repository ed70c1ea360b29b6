"""What was between participants before an event: as the organiser says, and as this service knows.

From the organiser's earlier events it is known who met and who did not come; what came of a meeting is read by the
company that said so alone, and so it is not used here. Two are in business where a deal of theirs was released in the
last years that everybody may know (docs/decisions/0008-who-may-see-what.md).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from typing import Final

from recommender.meetings.domain import Past, PastKind, Side
from service.clock import today
from service.domain.events import Event, Participant
from service.domain.words import Attendance
from service.errors import NotFound
from service.security.actor import Actor
from service.security.permissions import Action
from service.store.repositories.history import Earlier
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.events.access import event_to_plan
from service.usecases.events.soundness import still_sound

__all__ = ["Known", "add_history", "known_history", "list_history", "list_known_history", "remove_history"]

_YEARS: Final = 5
"""Years in which a deal counts as being in business."""

_MISSED: Final[Mapping[Attendance, tuple[Side, ...]]] = {
    Attendance.HELD: (),
    Attendance.SELLER_MISSING: ("seller",),
    Attendance.BUYER_MISSING: ("buyer",),
    Attendance.BOTH_MISSING: ("seller", "buyer"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """history: what was between those who are here. elsewhere: participant -> meetings kept, missed with others."""

    history: tuple[Past, ...] = ()
    elsewhere: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def list_history(uow: UnitOfWorkFactory, actor: Actor, event_id: str) -> tuple[Past, ...]:
    """What the organiser entered or imported."""
    with uow() as tx:
        event_to_plan(tx, actor, event_id)
        return tx.history.all(event_id)


def list_known_history(uow: UnitOfWorkFactory, actor: Actor, event_id: str) -> tuple[Past, ...]:
    """What this service knows besides, for the organiser."""
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id)
        people = [one for one in tx.participants.all(event_id) if not one.withdrawn]
        return _known(tx, event, people).history


def add_history(uow: UnitOfWorkFactory, actor: Actor, event_id: str, rows: Sequence[Past]) -> None:
    """Add some, all or none; those that are there already stay. Raises Invalid for somebody unknown."""
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id, Action.WRITE)
        tx.history.add(event_id, rows)
        still_sound(tx, event)
        _record(tx, actor, event, "history.add", rows)
        tx.commit()


def remove_history(uow: UnitOfWorkFactory, actor: Actor, event_id: str, row: Past) -> None:
    """Take one out. Raises NotFound where it is not there."""
    with uow() as tx:
        event = event_to_plan(tx, actor, event_id, Action.WRITE)
        if row not in tx.history.all(event_id):
            raise NotFound("history", _said(row))
        tx.history.remove(event_id, [row])
        _record(tx, actor, event, "history.remove", [row])
        tx.commit()


def known_history(tx: UnitOfWork, event: Event, people: Sequence[Participant]) -> Known:
    """All that is known of the past of `people`, who come to the event."""
    here = {one.participant_id for one in people}
    entered = (row for row in tx.history.all(event.event_id) if {row.participant_id, row.other_id} <= here)
    known = _known(tx, event, people)
    return Known((*entered, *known.history), known.elsewhere)


def _known(tx: UnitOfWork, event: Event, people: Sequence[Participant]) -> Known:
    of_company: defaultdict[tuple[Side, str | None], list[str]] = defaultdict(list)
    for one in people:
        if one.company_id is not None:
            of_company[one.side, one.company_id].append(one.participant_id)
    rows: list[Past] = []
    kept: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for met in _last_words(tx.history.earlier(event.event_id)):
        sellers = of_company.get(("seller", met.seller_company), [])
        buyers = of_company.get(("buyer", met.buyer_company), [])
        rows.extend(_between(event, met, sellers, buyers))
        if sellers and buyers:
            continue
        for side, own in (("seller", sellers), ("buyer", buyers)):
            (missed if side in _MISSED[met.attendance] else kept).update(own)
    since, until = today() - timedelta(days=365 * _YEARS), today()
    for seller_company, buyer_company in sorted(tx.history.in_business(event.event_id, since, until)):
        pairs = product(of_company["seller", seller_company], of_company["buyer", buyer_company])
        rows += [Past(seller, buyer, "in_business") for seller, buyer in pairs]
    return Known(tuple(rows), {name: (kept[name], missed[name]) for name in kept.keys() | missed.keys()})


def _last_words(said: Iterable[Earlier]) -> Iterable[Earlier]:
    """One for each meeting: the organiser's word, else the last of the two sides."""
    found: dict[tuple[str, str, str], Earlier] = {}
    for one in sorted(said, key=lambda one: one.said_by == "organiser"):
        found[one.event_id, one.seller, one.buyer] = one
    return found.values()


def _between(event: Event, met: Earlier, sellers: Sequence[str], buyers: Sequence[str]) -> Iterator[Past]:
    same_year: PastKind = "met_this_year" if met.starts_on.year == event.starts_on.year else "met_before"
    for seller, buyer in product(sellers, buyers):
        if met.attendance is Attendance.HELD:
            yield Past(seller, buyer, same_year)
        for side in _MISSED[met.attendance]:
            pair = (seller, buyer) if side == "seller" else (buyer, seller)
            yield Past(*pair, "no_show")


def _said(row: Past) -> str:
    return f"{row.participant_id} {row.kind} {row.other_id}"


def _record(tx: UnitOfWork, actor: Actor, event: Event, action: str, rows: Sequence[Past]) -> None:
    said = {"history": [_said(row) for row in rows]}
    record(tx, actor, action, "event_plan", event.event_id, company_id=event.company_id, after=said)
