"""Versions: listed, compared, published, rolled back."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from service.domain.schedules import Schedule
from service.errors import Conflict, NotFound, PreconditionFailed
from service.usecases.events import schedules
from service.web.forms import Form, FormDep
from service.web.pages.organiser.breaches import breach_texts
from service.web.pages.organiser.desk import Desk, DeskDep
from service.web.pages.organiser.figures import sentence
from service.web.pages.organiser.lists import Number, part_of

__all__ = ["router"]

router = APIRouter(prefix="/events/{event_id}/versions")

Version = Annotated[int, Query(ge=1)]

_SHOWN: Final = 5
"""Rules that are named at most."""


@router.get("")
def show(desk: DeskDep) -> Response:
    """All versions, the latest first."""
    return _shown(desk)


@router.get("/compare")
def compare(desk: DeskDep, before: Version, after: Version, number: Number = 1) -> Response:
    """What changes from one version to another."""
    page = desk.page
    found = schedules.compare_schedules(page.uow, page.actor, desk.event.event_id, before, after)
    rows = [
        *(("cancelled", one, None) for one in found.cancelled),
        *(("moved", one.before, one.after) for one in found.moved),
        *(("added", None, one) for one in found.added),
    ]
    return desk.show(
        "compare.html",
        found=found,
        part=part_of(rows, number, 100),
        before=before,
        after=after,
        versions=schedules.list_schedules(page.uow, page.actor, desk.event.event_id),
    )


@router.post("/publish")
def publish(desk: DeskDep, form: FormDep) -> Response:
    """Let everybody see a draft."""
    page, number = desk.page, _number(form)
    expected = int(form.text("version")) if form.text("version").isdecimal() else None
    given = (page.uow, page.actor, desk.event.event_id)
    try:
        schedules.publish(*given, number, expected)
    except PreconditionFailed:
        message = page.say("version %(number)s was changed since you looked at it", number=number)
        changed = Conflict(message, page.say("Look at it again before you publish it"))
        return _shown(desk, 412, refusal=changed)
    except Conflict as error:
        # Pressed twice, or in two tabs: it is as it was wanted.
        if any(one.number == number and one.state == "published" for one in schedules.list_schedules(*given)):
            said = page.say("Version %(number)s is published already.", number=number)
            return desk.go(desk.at("versions"), said)
        return _shown(desk, 409, refusal=_in_words(desk, number, error))
    said = page.say("Version %(number)s is published: everybody sees their agenda.", number=number)
    return desk.go(desk.at("versions"), said)


def _in_words(desk: Desk, number: int, error: Conflict) -> Conflict:
    """Which rules a version breaks, where that is why it cannot be published."""
    broken = schedules.get_schedule(desk.page.uow, desk.page.actor, desk.event.event_id, number).broken
    if not broken:
        return error
    say, told = desk.page.say, "; ".join(breach_texts(desk, broken[:_SHOWN]))
    message = say("version %(number)s breaks rules: %(rules)s", number=number, rules=told)
    return Conflict(message, say("Plan again, based on this version"))


@router.post("/roll-back")
def roll_back(desk: DeskDep, form: FormDep) -> Response:
    """A new draft with the meetings of an older version."""
    page = desk.page
    given = (page.uow, page.actor, desk.event.event_id)
    made = schedules.roll_back(*given, _number(form))
    said = page.say(
        "Version %(number)s is a draft with those meetings. Publish it to let it count.", number=made.number
    )
    gone = len(schedules.compare_schedules(*given, _number(form), made.number).cancelled)
    if gone:
        said += " " + page.say(
            "Left out, as somebody or the table is gone: %(count)s meetings.", count=page.reader.number(gone)
        )
    return desk.go(desk.at("versions"), said)


@router.post("/delete")
def delete(desk: DeskDep, form: FormDep) -> Response:
    """Throw a draft away."""
    page, number = desk.page, _number(form)
    said = page.say("Version %(number)s is deleted.", number=number)
    try:
        schedules.delete_draft(page.uow, page.actor, desk.event.event_id, number, form.version())
    except NotFound:
        said = page.say("Version %(number)s was deleted already.", number=number)
    except PreconditionFailed:
        wrong = page.say("somebody changed version %(number)s meanwhile", number=number)
        refusal = Conflict(wrong, page.say("Look at it again before you delete it"))
        return _shown(desk, 409, refusal=refusal)
    except Conflict as error:
        return _shown(desk, 409, refusal=error)
    return desk.go(desk.at("versions"), said)


def _number(form: Form) -> int:
    typed = form.text("number")
    if not typed.isdecimal():
        raise NotFound("schedule", typed)
    return int(typed)


def _shown(desk: Desk, status: int = 200, *, refusal: Conflict | None = None) -> Response:
    page = desk.page
    given = (page.uow, page.actor, desk.event.event_id)
    found = schedules.list_schedules(*given)
    published = next((one for one in found if one.state == "published"), None)
    changes = {
        one.number: schedules.compare_schedules(*given, published.number, one.number)
        for one in found[:1]
        if published and one.number != published.number
    }
    told: dict[str, Any] = {"published": published, "changes": changes, "refusal": refusal}
    return desk.show("versions.html", status, versions=[_told(desk, one) for one in found], **told)


def _told(desk: Desk, one: Schedule) -> tuple[Schedule, str]:
    return one, sentence(desk, one)
