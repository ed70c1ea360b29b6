"""The lists of an event as files: tried first, then imported, with what is wrong in each row."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from recommender.meetings.columns import EVENT_TABLES
from service.errors import Invalid, TooLarge
from service.usecases.events import importing
from service.usecases.events.cells import EXTRA_COLUMNS
from service.usecases.events.importing import EventImport
from service.usecases.events.lists import LISTS
from service.web.forms import FormDep, empty_form
from service.web.pages.organiser.desk import Desk, DeskDep

__all__ = ["router"]

router = APIRouter(prefix="/events/{event_id}/import")

_SHOWN: Final = 200
_NAMED: Final = 5


@router.get("")
def ask(desk: DeskDep, table: Annotated[str, Query(max_length=50)] = "participants") -> Response:
    """The form, with what the file of this list holds."""
    return _shown(desk, table if table in LISTS else "participants", form=empty_form())


@router.post("")
def send(desk: DeskDep, form: FormDep) -> Response:
    """Try a file, or import it."""
    page, table = desk.page, form.text("table")
    try:
        file = form.file("file")
        if file is None:
            message = page.say("no file was chosen")
            raise Invalid.field("file", message, page.say("Choose a CSV, XLSX or Parquet file"))
        done = importing.import_table(
            page.uow,
            page.actor,
            desk.event.event_id,
            table,
            file.file.read(),
            dry_run=form.text("todo") != "import",
            replace_all=form.has("replace_all"),
        )
    except (Invalid, TooLarge) as error:
        wrong = error if isinstance(error, Invalid) else Invalid.field("file", error.message, error.remedy)
        return _shown(desk, table if table in LISTS else "participants", 422, form=form.refused(wrong))
    return _shown(desk, table, 200 if done.is_possible else 422, form=form, done=done)


def _changes(desk: Desk, done: EventImport | None) -> list[tuple[str, int, str]]:
    """What changes, of how many, and the first of them."""
    say = desk.page.say
    words = {
        "name": say("name"),
        "colleagues": say("colleagues (company_id)"),
        "company_id": say("company on this service, which reads the agenda"),
        "distributor_ids": say("profiles of the company"),
        "territories": say("territories"),
        "brief": say("brief"),
        "max_meetings": say("most meetings"),
        "min_meetings": say("fewest meetings"),
        "max_per_day": say("most meetings a day"),
        "not_before": say("earliest time"),
        "hosted": say("invited by the organiser"),
        "reserved_for": say("reserved for"),
        "hall": say("hall"),
        "order": say("order of films"),
    }
    changed = done.changes.fields.items() if done else ()
    return [
        (words.get(name, name.replace("_", " ")), len(keys), ", ".join(map(desk.name, keys[:_NAMED])))
        for name, keys in changed
    ]


def _shown(desk: Desk, table: str, status: int = 200, **more: Any) -> Response:
    columns = [column.name for column in EVENT_TABLES[table]]
    template = "import_done.html" if desk.page.is_part else "import.html"
    shown: dict[str, Any] = {"done": None, **more}
    return desk.show(
        template,
        status,
        table=table,
        tables=list(LISTS),
        columns=[*columns, *EXTRA_COLUMNS.get(table, ())],
        most=_SHOWN,
        changes=_changes(desk, shown["done"]),
        **shown,
    )
