"""What participants answered to their published meetings, and what can be done about it."""

from __future__ import annotations

from typing import Final, Literal

from fastapi import APIRouter
from starlette.responses import Response

from recommender.meetings.domain import Wish
from service.domain.words import Answer
from service.errors import Conflict, Invalid
from service.usecases.events import agendas, schedules, wishes
from service.web.forms import Form, FormDep, empty_form
from service.web.pages.organiser.desk import Desk, DeskDep
from service.web.pages.organiser.lists import Number, part_of

__all__ = ["router"]

router = APIRouter(prefix="/events/{event_id}/answers")

_FIRST: Final = (Answer.DECLINED, Answer.PROPOSED, Answer.ACCEPTED)
"""What asks for something to be done comes first."""


@router.get("")
def show(
    desk: DeskDep, answer: Literal["", "declined", "proposed", "accepted"] = "", number: Number = 1
) -> Response:
    """Declined, another time proposed, accepted; the latest of each side."""
    return _shown(desk, answer, number, empty_form())


@router.post("/no-go")
def never(desk: DeskDep, form: FormDep) -> Response:
    """Who declined does not want to meet the other: planning again then leaves the meeting out."""
    page = desk.page
    try:
        one, other = desk.find_pair(form)
        wish = Wish(one.participant_id, other.participant_id, "no_go")
        wishes.add_wishes(page.uow, page.actor, desk.event.event_id, [wish])
    except (Invalid, Conflict) as error:
        return _shown(desk, "", 1, form.refused(error), 422)
    said = page.say(
        "Planning again leaves the meeting of %(one)s and %(other)s out.", one=one.name, other=other.name
    )
    return desk.go(desk.at("answers"), said)


def _shown(desk: Desk, answer: str, number: int, form: Form, status: int = 200) -> Response:
    given = (desk.page.uow, desk.page.actor, desk.event.event_id)
    said = [one for one in agendas.list_responses(*given) if answer in ("", one.answer)]
    said.sort(key=lambda one: (_FIRST.index(one.answer), desk.slots[one.slot_id].starts_at))
    never = {
        (wish.participant_id, wish.other_id) for wish in wishes.list_wishes(*given) if wish.kind == "no_go"
    }
    versions = schedules.list_schedules(*given)
    latest = schedules.get_schedule(*given, checked=False) if versions else None
    return desk.show(
        "answers.html",
        status,
        part=part_of(said, number),
        answer=answer,
        never=never,
        held={(one.seller_id, one.buyer_id): one.slot_id for one in latest.meetings} if latest else {},
        published=next((one.number for one in versions if one.state == "published"), None),
        form=form,
    )
