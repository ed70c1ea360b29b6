"""Requests for meetings that sales agents and distributors send each other, and their answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from service.domain.words import Answer, CompanyKind, RequestState, Role
from service.errors import Conflict, Invalid, PreconditionFailed
from service.usecases import meeting_requests
from service.usecases.meeting_requests import SeenRequest
from service.web.forms import Form, FormDep, empty_form
from service.web.lists import After, further, request_of
from service.web.page import Page, PageDep

__all__ = ["router"]

router = APIRouter(prefix="/meeting-requests")


@dataclass(frozen=True, slots=True)
class Shown:
    """A request as one side sees it. href: of the film, "" where it may not be seen; mine: whether we asked.

    other: the company on the other side; may_answer: whether it waits for this person.
    """

    seen: SeenRequest
    href: str
    other: str
    mine: bool
    may_answer: bool


_LAST: Final = {RequestState.OPEN: 0, RequestState.ACCEPTED: 1}


@router.get("")
def show(page: PageDep, after: After = None) -> Response:
    """What waits for an answer first, then what others have to answer, then the rest."""
    return _shown(page, after)


@router.post("/{request_id}")
def answer(page: PageDep, request_id: str, form: FormDep) -> Response:
    """Accept, decline with a reason, or propose another time."""
    try:
        given = _word(page, form.text("answer"))
        meeting_requests.answer_request(
            page.uow,
            page.actor,
            request_id,
            given,
            form.version(),
            message=form.text("message")[:2_000],
            starts_at=form.moment("when", page.reader.zone) if given is Answer.PROPOSED else None,
        )
    except Invalid as error:
        return _shown(page, None, 422, form=form.refused(error), refused=request_id)
    except (PreconditionFailed, Conflict):
        wrong = Invalid.field(
            "",
            page.say("this request was answered or taken back meanwhile"),
            page.say("Look at it as it is now; what you typed still stands below it"),
        )
        return _shown(page, None, 409, form=form.refused(wrong), refused=request_id)
    said = {
        Answer.ACCEPTED: page.say("You have accepted the meeting. The other side reads it."),
        Answer.DECLINED: page.say("You have declined. The other side reads your reason."),
        Answer.PROPOSED: page.say("Your proposal is with the other side."),
    }
    return page.go("/meeting-requests", said[given])


def _shown(
    page: Page, after: int | None, status: int = 200, *, form: Form | None = None, refused: str = ""
) -> Response:
    found = meeting_requests.show_requests(page.uow, page.actor, request_of(after))
    listed = [_as_read(page, seen) for seen in found.items]
    listed.sort(key=lambda one: (not one.may_answer, _LAST.get(one.seen.request.state, 2)))
    return page.show(
        "meeting_requests.html",
        status,
        listed=listed,
        more=further(page.request, found),
        form=form or empty_form(),
        refused=refused,
        is_seller=bool(page.actor.companies(CompanyKind.SALES_AGENT)),
    )


def _as_read(page: Page, seen: SeenRequest) -> Shown:
    actor, request = page.actor, seen.request
    selling = request.agent_id in actor.companies(CompanyKind.SALES_AGENT)
    turn = request.agent_id if request.waits_for == "seller" else request.company_id
    place = "/films/" if selling else "/suggestions/"
    return Shown(
        seen=seen,
        href=f"{place}{quote(request.film_id, safe='')}" if seen.is_offered else "",
        other=seen.distributor if selling else seen.agent,
        mine=request.asked_by == ("seller" if selling else "buyer"),
        may_answer=request.state is RequestState.OPEN and turn in actor.companies(role=Role.MEMBER),
    )


def _word(page: Page, typed: str) -> Answer:
    if typed not in set(Answer):
        raise Invalid.field("answer", page.say("nothing was chosen"), page.say("Choose one"))
    return Answer(typed)
