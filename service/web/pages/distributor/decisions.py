"""What I decide about films: pass with a reason, shortlist, ask for a meeting, take it back; and both lists."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from service.api.downloads import CSV, XLSX, download
from service.api.schemas.feedback import FeedbackIn
from service.domain.words import FeedbackKind, PassReason
from service.errors import Conflict, Invalid, NotFound
from service.tables_io.writing import Cell, csv_chunks, xlsx_bytes
from service.usecases import decisions, feedback, films
from service.usecases.decisions import Decided
from service.web.forms import Form, FormDep, empty_form
from service.web.pages.distributor.mine import Mine, MineDep
from service.web.words import reason_text

__all__ = ["router"]

router = APIRouter()

PAGE: Final = 30
LISTS: Final = {"shortlist": FeedbackKind.SHORTLISTED, "passed": FeedbackKind.PASSED}
_COLUMNS: Final = (
    *("film_id", "title", "year", "genres", "countries", "directors", "sales_agent", "decided_on", "reason"),
    *("note", "hidden_until"),
)


@router.post("/decisions")
def decide(mine: MineDep, form: FormDep) -> Response:
    """Pass, shortlist, ask for a meeting, or note what happened."""
    mine, page = mine.sent_by(form), mine.page
    film_id = form.text("film_id")
    try:
        given = form.read(FeedbackIn)
        _require_words(mine, given)
        said = replace(given.as_feedback(), starts_at=form.moment("when", page.reader.zone))
        event = feedback.decide(page.uow, page.actor, said)
    except Invalid as error:
        return _shown(mine, film_id, form.refused(error), 422)
    if page.is_part:
        return _shown(mine, film_id, empty_form())
    title = films.get_film(page.uow, page.actor, film_id).film.title
    return page.go(_back(form), _said(mine, event.kind, title))


@router.post("/decisions/undo")
def undo(mine: MineDep, form: FormDep) -> Response:
    """Take a decision back."""
    mine, page = mine.sent_by(form), mine.page
    notice = page.say("It is taken back.")
    try:
        feedback.undo_feedback(page.uow, page.actor, form.text("event_id"))
    except Conflict:
        # Done in another tab or by a colleague: it is as it was wanted.
        notice = page.say("It was already taken back.")
    if page.is_part:
        return _shown(mine, form.text("film_id"), empty_form())
    return page.go(_back(form), notice)


@router.get("/shortlist")
def shortlist(mine: MineDep, start: Annotated[int, Query(ge=0)] = 0) -> Response:
    """Films on the shortlist."""
    return _list(mine, "shortlist", start)


@router.get("/passed")
def passed(mine: MineDep, start: Annotated[int, Query(ge=0)] = 0) -> Response:
    """Films that were passed on and are hidden for it."""
    return _list(mine, "passed", start)


@router.get("/shortlist.{suffix}")
def export_shortlist(mine: MineDep, suffix: str) -> Response:
    """The shortlist as a file."""
    return _file(mine, "shortlist", suffix)


@router.get("/passed.{suffix}")
def export_passed(mine: MineDep, suffix: str) -> Response:
    """What was passed on as a file."""
    return _file(mine, "passed", suffix)


def _file(mine: Mine, name: str, suffix: str) -> Response:
    if suffix not in ("csv", "xlsx"):
        raise NotFound("file", f"{name}.{suffix}", "There are csv and xlsx")
    rows = [_row(mine, one) for one in _decided(mine, name)]
    if suffix == "csv":
        return download(f"{name}.csv", CSV, csv_chunks(_COLUMNS, rows))
    return download(f"{name}.xlsx", XLSX, [xlsx_bytes(_COLUMNS, rows)])


def _list(mine: Mine, name: str, start: int) -> Response:
    found = _decided(mine, name)
    return mine.show(
        f"distributor/{name}.html",
        decided=found[start : start + PAGE],
        total=len(found),
        start=start,
        page_size=PAGE,
        form=empty_form(),
    )


def _decided(mine: Mine, name: str) -> tuple[Decided, ...]:
    page = mine.page
    return decisions.decided_films(page.uow, page.actor, page.settings, mine.distributor_id, LISTS[name])


def _row(mine: Mine, one: Decided) -> list[Cell]:
    film = one.film.film if one.film else None
    zone = mine.page.reader.zone
    about: list[Cell] = (
        [film.title, film.year, film.genres, film.countries, film.directors, film.sales_agent]
        if film
        else ["", None, (), (), (), ""]
    )
    return [
        one.film_id,
        *about,
        one.event.at.astimezone(zone).date(),
        reason_text(mine.page.reader, one.event.reason),
        one.event.note,
        one.hidden_until.astimezone(zone).date() if one.hidden_until else None,
    ]


def _shown(mine: Mine, film_id: str, form: Form, status: int = 200) -> Response:
    """The part of a film that is about deciding; a page of its own where no script put it in its place."""
    page = mine.page
    standing = decisions.standing_of(page.uow, page.actor, page.settings, mine.distributor_id, film_id)
    return mine.show(
        "distributor/decision_part.html" if page.is_part else "distributor/decision.html",
        # A part with what is wrong in it has arrived as it should.
        200 if page.is_part else status,
        film=films.get_film(page.uow, page.actor, film_id),
        events=standing.get(film_id, ()),
        form=form,
        back=_back(form),
    )


def _require_words(mine: Mine, given: FeedbackIn) -> None:
    say = mine.page.say
    if given.kind == "passed" and given.reason == PassReason.OTHER and not given.note.strip():
        raise Invalid.field("note", say("your own reason is missing"), say("Write a few words"))


def _said(mine: Mine, kind: FeedbackKind, title: str) -> str:
    say = mine.page.say
    match kind:
        case FeedbackKind.PASSED:
            return say("You passed on %(title)s. You can take it back under Passed.", title=title)
        case FeedbackKind.SHORTLISTED:
            return say("%(title)s is on your shortlist.", title=title)
        case FeedbackKind.MEETING_ASKED:
            return say("You asked for a meeting about %(title)s. Its sales agent sees that.", title=title)
        case _:
            return say("It is noted for %(title)s.", title=title)


def _back(form: Form) -> str:
    """The page of ours that the form was on."""
    place = form.text("back")
    is_ours = place.startswith(("/suggestions", "/passed", "/shortlist")) and "\\" not in place
    return place if is_ours and all(ord(letter) >= 32 for letter in place) else "/suggestions"
