"""Why two do not meet, and what would have to give way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from service.errors import Invalid, NotFound
from service.usecases.events import asking
from service.usecases.events.asking import LeftOut
from service.web.forms import empty_form
from service.web.lists import Words
from service.web.pages.organiser.desk import Desk, DeskDep
from service.web.pages.organiser.reasons import KINDS, balance_text, fact_texts, reason_text, relax_text

__all__ = ["router"]

router = APIRouter(prefix="/events/{event_id}/why-not")

_MOST: Final = 15


@dataclass(frozen=True, slots=True)
class Told:
    """A pair that does not meet. kind: in two words. facts: what is in the way at the best time.

    balance: what the meeting is worth beside what it costs. relax: what would have to give way.
    """

    pair: LeftOut
    kind: str
    reason: str
    facts: tuple[str, ...]
    balance: str
    relax: str


@router.get("")
def ask(desk: DeskDep, seller: Words = "", buyer: Words = "", who: Words = "") -> Response:
    """The answer for two, or the most valuable pairs that do not meet, of everybody or of one."""
    page, event_id = desk.page, desk.event.event_id
    form = empty_form({"seller": seller, "buyer": buyer, "who": who})
    answer, left_out = None, []
    try:
        if seller or buyer:
            one = desk.find(seller, "seller", "seller").participant_id
            other = desk.find(buyer, "buyer", "buyer").participant_id
            form = empty_form({"seller": desk.name(one), "buyer": desk.name(other)})
            answer = _told(desk, asking.why_not(page.uow, page.actor, event_id, one, other))
        else:
            person = desk.find(who, None, "who").participant_id if who else None
            found = asking.list_left_out(page.uow, page.actor, event_id, participant_id=person, most=_MOST)
            left_out = [_told(desk, each) for each in found]
    except Invalid as error:
        wrong = error.problems[0]
        form.refused(Invalid.field(wrong.field, desk.told(page.say(wrong.message)), wrong.remedy))
    except NotFound:
        return desk.show("why_not.html", planned=False, form=form, answer=None, left_out=[])
    return desk.show("why_not.html", planned=True, form=form, answer=answer, left_out=left_out)


def _told(desk: Desk, pair: LeftOut) -> Told:
    why = pair.why
    return Told(
        pair,
        desk.page.say(KINDS[why.kind]),
        reason_text(desk, why),
        tuple(map(_capital, fact_texts(desk, why))),
        balance_text(desk, why),
        _capital(relax_text(desk, why)),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
