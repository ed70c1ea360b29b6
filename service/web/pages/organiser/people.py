"""One participant: limits, absences, line-up, wishes, dropping out and coming after all."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from service.domain.events import Participant
from service.errors import Conflict, Invalid, NotFound, PreconditionFailed
from service.usecases.events import people, wishes
from service.web.forms import Form, FormDep, empty_form
from service.web.pages.organiser.choosing import choices_of, company_name, read_company, read_films
from service.web.pages.organiser.desk import Desk, DeskDep
from service.web.pages.organiser.forms import ParticipantIn

__all__ = ["router"]

router = APIRouter(prefix="/events/{event_id}/participant")

Id = Annotated[str, Query(alias="id", max_length=200)]


@router.get("")
def show(desk: DeskDep, participant_id: Id) -> Response:
    """Everything about one participant."""
    one = _one(desk, participant_id)
    return _shown(desk, one, empty_form(_values(desk, one)))


@router.post("")
def change(desk: DeskDep, participant_id: Id, form: FormDep) -> Response:
    """Change name, limits, line-up and the rest."""
    page, one = desk.page, _one(desk, participant_id)
    version = int(form.text("version")) if form.text("version").isdecimal() else None
    try:
        given = form.read(ParticipantIn, lists=("territories",), blank=True)
        company_id = read_company(page, form)
        ticked = form.column("distributor_ids") if company_id == one.company_id else ()
        changes = {
            **given.changes(),
            "hosted": form.has("hosted"),
            "company_id": company_id,
            "distributor_ids": tuple(ticked),
            "film_ids": tuple(read_films(page, form)),
        }
        people.update_participant(page.uow, page.actor, desk.event.event_id, participant_id, changes, version)
    except (Invalid, Conflict) as error:
        return _shown(desk, one, form.refused(error), 422)
    except PreconditionFailed:
        return _shown(desk, one, form, 412, changed_meanwhile=True)
    return desk.go(_place(desk, one), page.say("%(name)s is changed.", name=given.name))


@router.post("/absences")
def set_absences(desk: DeskDep, participant_id: Id, form: FormDep) -> Response:
    """The slots in which somebody is away: those that are ticked."""
    page, one = desk.page, _one(desk, participant_id)
    away = [slot_id for slot_id in desk.slots if form.has(f"away-{slot_id}")]
    given = (page.uow, page.actor, desk.event.event_id, participant_id)
    try:
        people.set_absences(*given, away, form.version())
    except PreconditionFailed:
        wrong = page.say("somebody changed this participant meanwhile")
        refusal = Conflict(wrong, page.say("Look at the absences as they are now, and tick them again"))
        return _shown(desk, one, empty_form(_values(desk, one)), 409, refusal=refusal)
    said = page.say(
        "%(name)s is away in %(count)s slots.", name=one.name, count=page.reader.number(len(away))
    )
    return desk.go(_place(desk, one), said)


@router.post("/drop-out")
def drop_out(desk: DeskDep, participant_id: Id) -> Response:
    """Somebody does not come any more."""
    page, one = desk.page, _one(desk, participant_id)
    people.drop_out(page.uow, page.actor, desk.event.event_id, participant_id)
    said = page.say("%(name)s has dropped out. Plan again to fill the gaps.", name=one.name)
    return desk.go(_place(desk, one), said)


@router.post("/take-back")
def take_back(desk: DeskDep, participant_id: Id) -> Response:
    """Who dropped out comes after all."""
    page, one = desk.page, _one(desk, participant_id)
    people.take_back(page.uow, page.actor, desk.event.event_id, participant_id)
    return desk.go(_place(desk, one), page.say("%(name)s comes after all.", name=one.name))


@router.post("/remove")
def remove(desk: DeskDep, participant_id: Id) -> Response:
    """Take somebody out who is in no schedule."""
    page, one = desk.page, _one(desk, participant_id)
    try:
        people.remove_participant(page.uow, page.actor, desk.event.event_id, participant_id)
    except Conflict as error:
        form = empty_form(_values(desk, one))
        return _shown(desk, one, form, 409, refusal=error)
    said = page.say("%(name)s is removed.", name=one.name)
    return desk.go(desk.at("participants", side=one.side), said)


def _one(desk: Desk, participant_id: str) -> Participant:
    try:
        return desk.people[participant_id]
    except KeyError:
        raise NotFound("participant", participant_id) from None


def _place(desk: Desk, one: Participant) -> str:
    return desk.at("participant", id=one.participant_id)


def _values(desk: Desk, one: Participant) -> dict[str, Any]:
    fields = (*ParticipantIn.model_fields, "distributor_ids", "film_ids")
    return {
        **{name: getattr(one, name) for name in fields},
        "company": company_name(desk.page, one.company_id),
    }


def _shown(desk: Desk, one: Participant, form: Form, status: int = 200, **more: Any) -> Response:
    page = desk.page
    given = (page.uow, page.actor, desk.event.event_id, one.participant_id)
    away = {slot_id for _, slot_id in people.list_absences(*given)}
    days = [(day, list(slots)) for day, slots in groupby(desk.slots.values(), lambda slot: slot.day)]
    shown: dict[str, Any] = {"changed_meanwhile": False, "refusal": None, **more}
    if shown["changed_meanwhile"]:
        one = people.get_participant(*given)
    return desk.show(
        "participant.html",
        status,
        one=one,
        form=form,
        away=away,
        days=days,
        wishes=wishes.list_wishes(*given),
        choices=choices_of(desk, one),
        **shown,
    )
