"""The agenda of who attends an event: answers before it, what came of each meeting after it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from service.clock import now
from service.domain.events import Participant
from service.domain.words import Answer, Attendance, EventStatus, Interest, Role
from service.errors import Conflict, Invalid, NotFound
from service.usecases.events import agendas, outcomes, places
from service.web.forms import Form, FormDep, empty_form
from service.web.lists import Words
from service.web.page import Page, PageDep
from service.web.pages.organiser.desk import address, attended
from service.web.pages.organiser.files import agenda_file
from service.web.pages.organiser.talks import talks_of

__all__ = ["router"]

router = APIRouter(prefix="/agenda")


@router.get("")
def show(page: PageDep, event: Words = "", who: Words = "") -> Response:
    """One's own meetings at an event, by time."""
    return _shown(page, event, who)


@router.post("/answer")
def answer(page: PageDep, form: FormDep) -> Response:
    """Accept, decline with a reason, or propose another time."""
    event_id, who, other = (form.text(name) for name in ("event", "who", "other"))
    try:
        given = _word(page, Answer, form.text("answer"), "answer")
        agendas.respond(
            page.uow,
            page.actor,
            event_id,
            who,
            other,
            given,
            reason=form.text("reason") if given is Answer.DECLINED else "",
            proposed_slot_id=form.text("slot") if given is Answer.PROPOSED else None,
        )
    except Invalid as error:
        return _shown(page, event_id, who, 422, form=form.refused(error))
    except NotFound:
        said = page.say("This meeting was moved or cancelled. Look at your agenda as it is now.")
        return page.go(address("/agenda", event=event_id, who=who), said)
    answers = {
        Answer.ACCEPTED: page.say("You have accepted the meeting."),
        Answer.DECLINED: page.say("You have declined. The organiser reads your reason."),
        Answer.PROPOSED: page.say("Your proposal is with the organiser."),
    }
    return page.go(address("/agenda", event=event_id, who=who), answers[given])


@router.post("/outcome")
def outcome(page: PageDep, form: FormDep) -> Response:
    """Who came, and what came of it."""
    event_id, who, other = (form.text(name) for name in ("event", "who", "other"))
    one = _participant(page, event_id, who)
    seller, buyer = (who, other) if one.side == "seller" else (other, who)
    try:
        new = outcomes.NewOutcome(
            seller,
            buyer,
            _word(page, Attendance, form.text("attendance"), "attendance"),
            _word(page, Interest, form.text("interest") or Interest.NONE.value, "interest"),
            form.text("note")[:5_000],
            tuple(form.texts("films")),
        )
        outcomes.record_outcome(page.uow, page.actor, event_id, new, who)
    except (Invalid, Conflict) as error:
        return _shown(page, event_id, who, 422, form=form.refused(error))
    except NotFound:
        said = page.say("This meeting was moved or cancelled. Look at your agenda as it is now.")
        return page.go(address("/agenda", event=event_id, who=who), said)
    return page.go(address("/agenda", event=event_id, who=who), page.say("What came of it is noted."))


@router.get("/files/{name}")
def file(page: PageDep, name: str, event: Words, who: Words) -> Response:
    """One's own agenda as a PDF or a calendar."""
    return agenda_file(page, name, event, who)


@router.get("/talk")
def talk(page: PageDep, event: Words = "", who: Words = "", other: Words = "") -> Response:
    """What to say in one meeting."""
    found = agendas.get_agenda(page.uow, page.actor, event, who)
    item = next((each for each in found.items if each.other.participant_id == other), None)
    if item is None:
        raise NotFound("meeting", other, "Look at your agenda as it is now")
    return page.show(
        "organiser/talk_part.html" if page.is_part else "organiser/talk.html",
        agenda=found,
        item=item,
        talks=talks_of(page, event, who, other=other),
    )


def _shown(page: Page, event_id: str, who: str, status: int = 200, *, form: Form | None = None) -> Response:
    mine = attended(page, EventStatus.PUBLISHED, EventStatus.CLOSED)
    if not mine:
        return page.show("organiser/own_agenda.html", status, agenda=None, mine=(), form=empty_form())
    chosen = next(
        (each for each in mine if each[0].event_id == event_id and who in ("", each[1].participant_id)), None
    )
    if chosen is None:
        if event_id:
            raise NotFound("event", event_id, "Look at your own agendas")
        chosen = mine[0]
    event, one = chosen
    given = (page.uow, page.actor, event.event_id)
    said = outcomes.list_outcomes(*given, one.participant_id)
    agenda = agendas.get_agenda(*given, one.participant_id)
    shown: dict[str, Any] = {
        "agenda": agenda,
        "mine": mine,
        "slots": places.list_slots(*given),
        "said": {each.buyer_id if one.side == "seller" else each.seller_id: each for each in said},
        "films_said": outcomes.list_films_said(*given, one.participant_id),
        "begun": {item.slot.slot_id for item in agenda.items if item.slot.starts_at <= now()},
        "form": form or empty_form(),
    }
    writes = one.company_id in page.actor.companies(role=Role.MEMBER)
    return page.show("organiser/own_agenda.html", status, is_read_only=not writes, **shown)


def _participant(page: Page, event_id: str, who: str) -> Participant:
    own = agendas.list_own_participants(page.uow, page.actor, event_id)
    for one in own:
        if one.participant_id == who:
            return one
    raise NotFound("participant", who, "Look at your own agendas")


def _word(page: Page, kind: Any, typed: str, field: str) -> Any:
    try:
        return kind(typed)
    except ValueError:
        raise Invalid.field(field, page.say("nothing was chosen"), page.say("Choose one")) from None
