"""Participants of an event, their absences and wishes, and what the organiser locked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from recommender.meetings import domain as core
from service.api.deps import ActorDep, UowDep
from service.api.etags import IfMatch, set_etag
from service.api.idempotency import IdempotentRoute
from service.api.paging import PageOf, PagingDep
from service.api.problems import responses
from service.api.schemas.participants import (
    AbsencesIn,
    FillingIn,
    LateIn,
    LineupIn,
    ParticipantChange,
    ParticipantIn,
    ParticipantOut,
)
from service.api.schemas.wishes import (
    AbsenceOut,
    HistoryIn,
    LockIn,
    LockOut,
    PastKind,
    PastOut,
    WishesIn,
    WishKind,
    WishOut,
)
from service.usecases.events import agendas, filling, history, people, wishes

__all__ = ["router"]

router = APIRouter(route_class=IdempotentRoute, tags=["events"])

SideQuery = Annotated[core.Side | None, Query()]
IdQuery = Annotated[str, Query(max_length=200)]


@router.get("/events/{event_id}/participants", responses=responses(404))
def list_participants(
    event_id: str,
    actor: ActorDep,
    uow: UowDep,
    paging: PagingDep,
    side: SideQuery = None,
    query: Annotated[str, Query(max_length=200, description="Part of the name.")] = "",
) -> PageOf[ParticipantOut]:
    """Who comes, also who dropped out; for the organiser."""
    found = people.list_participants(uow, actor, event_id, side, query)
    return paging.part(found, ParticipantOut.of)


@router.post("/events/{event_id}/participants", status_code=201, responses=responses(404, 409))
def add_participant(event_id: str, body: ParticipantIn, actor: ActorDep, uow: UowDep) -> ParticipantOut:
    """Add a participant."""
    return ParticipantOut.of(people.add_participant(uow, actor, event_id, body.as_participant()))


@router.post("/events/{event_id}/fillings", responses=responses(404, 409))
def fill_participants(event_id: str, body: FillingIn, actor: ActorDep, uow: UowDep) -> list[ParticipantOut]:
    """Add participants from the companies and films of this service; who is there already is left alone."""
    added = filling.fill_participants(uow, actor, event_id, body.as_filling(), dry_run=body.dry_run)
    return [ParticipantOut.of(one) for one in added]


@router.get("/events/{event_id}/own-participants", responses=responses(404))
def list_own_participants(
    event_id: str, actor: ActorDep, uow: UowDep, paging: PagingDep
) -> PageOf[ParticipantOut]:
    """The participants of your own companies."""
    return paging.part(agendas.list_own_participants(uow, actor, event_id), ParticipantOut.of)


@router.get("/events/{event_id}/participants/{participant_id}", responses=responses(404))
def get_participant(
    event_id: str, participant_id: str, actor: ActorDep, uow: UowDep, response: Response
) -> ParticipantOut:
    """One participant; for the organiser."""
    found = people.get_participant(uow, actor, event_id, participant_id)
    set_etag(response, found.version)
    return ParticipantOut.of(found)


@router.patch("/events/{event_id}/participants/{participant_id}", responses=responses(404, 409, 412, 428))
def update_participant(
    event_id: str,
    participant_id: str,
    body: ParticipantChange,
    actor: ActorDep,
    uow: UowDep,
    expected: IfMatch,
    response: Response,
) -> ParticipantOut:
    """Change some of a participant."""
    changed = people.update_participant(uow, actor, event_id, participant_id, body.values(), expected)
    set_etag(response, changed.version)
    return ParticipantOut.of(changed)


@router.delete(
    "/events/{event_id}/participants/{participant_id}",
    status_code=204,
    responses=responses(404, 409, 412, 428),
)
def remove_participant(
    event_id: str, participant_id: str, actor: ActorDep, uow: UowDep, expected: IfMatch
) -> None:
    """Remove a participant who has no meetings in any schedule; others drop out."""
    people.remove_participant(uow, actor, event_id, participant_id, expected)


@router.post("/events/{event_id}/participants/{participant_id}/drop-out", responses=responses(404, 409))
def drop_out(event_id: str, participant_id: str, actor: ActorDep, uow: UowDep) -> ParticipantOut:
    """Somebody does not come. Plan again, based on what is published, to change as little as possible."""
    return ParticipantOut.of(people.drop_out(uow, actor, event_id, participant_id))


@router.post("/events/{event_id}/participants/{participant_id}/return", responses=responses(404, 409))
def take_back(event_id: str, participant_id: str, actor: ActorDep, uow: UowDep) -> ParticipantOut:
    """Who dropped out comes after all."""
    return ParticipantOut.of(people.take_back(uow, actor, event_id, participant_id))


@router.post("/events/{event_id}/participants/{participant_id}/late", responses=responses(404, 409))
def set_late(
    event_id: str, participant_id: str, body: LateIn, actor: ActorDep, uow: UowDep
) -> list[AbsenceOut]:
    """Somebody arrives late: absent in all slots that begin earlier, which are told, and locked to none of them."""
    missed = people.set_late(uow, actor, event_id, participant_id, body.until)
    return [AbsenceOut.of((participant_id, slot)) for slot in missed.slot_ids]


@router.put(
    "/events/{event_id}/participants/{participant_id}/lineup", responses=responses(404, 409, 412, 428)
)
def set_lineup(
    event_id: str,
    participant_id: str,
    body: LineupIn,
    actor: ActorDep,
    uow: UowDep,
    expected: IfMatch,
    response: Response,
) -> ParticipantOut:
    """The films a seller brings; by the organiser, or by the seller's own company once the event is published.

    The ETag is the participant's; `version` of own-participants names it too.
    """
    changed = people.set_lineup(uow, actor, event_id, participant_id, body.film_ids, expected)
    set_etag(response, changed.version)
    return ParticipantOut.of(changed)


@router.put(
    "/events/{event_id}/participants/{participant_id}/absences", responses=responses(404, 409, 412, 428)
)
def set_absences(
    event_id: str,
    participant_id: str,
    body: AbsencesIn,
    actor: ActorDep,
    uow: UowDep,
    expected: IfMatch,
    response: Response,
) -> list[AbsenceOut]:
    """The slots in which somebody cannot meet, in place of those before. The ETag is the participant's."""
    changed = people.set_absences(uow, actor, event_id, participant_id, body.slot_ids, expected)
    set_etag(response, changed.version)
    return [AbsenceOut.of((participant_id, slot)) for slot in sorted(body.slot_ids)]


@router.get("/events/{event_id}/absences", responses=responses(404))
def list_absences(
    event_id: str, actor: ActorDep, uow: UowDep, paging: PagingDep, participant_id: IdQuery = ""
) -> PageOf[AbsenceOut]:
    """Who cannot meet when; for the organiser."""
    away = people.list_absences(uow, actor, event_id, participant_id or None)
    return paging.part(away, AbsenceOut.of)


@router.get("/events/{event_id}/wishes", responses=responses(404))
def list_wishes(
    event_id: str, actor: ActorDep, uow: UowDep, paging: PagingDep, participant_id: IdQuery = ""
) -> PageOf[WishOut]:
    """What everybody wishes, for the organiser; what your own participant wishes."""
    found = wishes.list_wishes(uow, actor, event_id, participant_id or None)
    return paging.part(found, WishOut.of)


@router.post("/events/{event_id}/wishes", status_code=201, responses=responses(404, 409))
def add_wishes(event_id: str, body: WishesIn, actor: ActorDep, uow: UowDep) -> list[WishOut]:
    """Add wishes, all or none; those that are there already stay."""
    added = wishes.add_wishes(uow, actor, event_id, [wish.as_wish() for wish in body.wishes])
    return [WishOut.of(wish) for wish in added]


@router.delete("/events/{event_id}/wishes", status_code=204, responses=responses(404, 409))
def remove_wish(
    event_id: str, participant_id: str, other_id: str, wish: WishKind, actor: ActorDep, uow: UowDep
) -> None:
    """Take a wish back."""
    wishes.remove_wish(uow, actor, event_id, core.Wish(participant_id, other_id, wish))


@router.get("/events/{event_id}/history", responses=responses(404))
def list_history(
    event_id: str,
    actor: ActorDep,
    uow: UowDep,
    paging: PagingDep,
    known: Annotated[bool, Query(description="What this service knows besides what was entered.")] = False,
) -> PageOf[PastOut]:
    """What was between participants before the event; for the organiser."""
    listed = history.list_known_history if known else history.list_history
    return paging.part(listed(uow, actor, event_id), PastOut.of)


@router.post("/events/{event_id}/history", status_code=201, responses=responses(404, 409))
def add_history(event_id: str, body: HistoryIn, actor: ActorDep, uow: UowDep) -> list[PastOut]:
    """Add what was before, all or none; what is there already stays."""
    rows = [row.as_past() for row in body.history]
    history.add_history(uow, actor, event_id, rows)
    return [PastOut.of(row) for row in rows]


@router.delete("/events/{event_id}/history", status_code=204, responses=responses(404, 409))
def remove_history(
    event_id: str, participant_id: str, other_id: str, past: PastKind, actor: ActorDep, uow: UowDep
) -> None:
    """Take an entry out."""
    history.remove_history(uow, actor, event_id, core.Past(participant_id, other_id, past))


@router.get("/events/{event_id}/locks", responses=responses(404))
def list_locks(event_id: str, actor: ActorDep, uow: UowDep, paging: PagingDep) -> PageOf[LockOut]:
    """The meetings that planning keeps."""
    return paging.part(wishes.list_locks(uow, actor, event_id), LockOut.of)


@router.post("/events/{event_id}/locks", status_code=201, responses=responses(404, 409))
def lock(event_id: str, body: LockIn, actor: ActorDep, uow: UowDep) -> LockOut:
    """Let planning keep a meeting at its slot, or move one that is locked."""
    return LockOut.of(wishes.lock(uow, actor, event_id, body.as_lock()))


@router.delete("/events/{event_id}/locks", status_code=204, responses=responses(404, 409))
def unlock(event_id: str, seller_id: str, buyer_id: str, actor: ActorDep, uow: UowDep) -> None:
    """Let planning move a meeting again."""
    wishes.unlock(uow, actor, event_id, seller_id, buyer_id)
