"""All good rows of a file, written within one unit of work that the caller keeps or drops."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from service.domain.imports import ImportCounts
from service.domain.words import ImportKind
from service.errors import Conflict, Invalid
from service.phrases import phrase
from service.store.unit_of_work import UnitOfWork
from service.usecases.audit import difference
from service.usecases.importing.deals import DealRows
from service.usecases.importing.distributors import DistributorRows
from service.usecases.importing.exchanges import Refused, write_again
from service.usecases.importing.films import FilmRows
from service.usecases.importing.items import Effect, Item, Refusal, Target
from service.usecases.importing.rights import RightsRows
from service.usecases.importing.rows import ParsedTable, Row

__all__ = ["PreviewedRow", "apply_rows", "preview_rows", "target_for"]

_PORTION: Final = 2_000

_COLUMNS_OF: Final = {
    "window": ("ends_on", "starts_on"),
    "territory": ("territory", "territories"),
    "media_right": ("media_rights",),
}
"""Fields of the store's errors -> the columns that hold them, one of which a file has."""


@dataclass(frozen=True, slots=True)
class PreviewedRow:
    """A row that would add or change something. differences: object id -> field -> [before, after]."""

    line: int
    effect: Effect
    differences: dict[str, dict[str, list[Any]]]


def target_for(tx: UnitOfWork, kind: ImportKind, company_id: str | None) -> Target:
    """The list that a file goes into; rights always belong to a company."""
    if kind is ImportKind.RIGHTS:
        assert company_id is not None, "checked when the run is made"
        return RightsRows(tx, company_id)
    if kind is ImportKind.DEALS:
        return DealRows(tx, company_id)
    return FilmRows(tx, company_id) if kind is ImportKind.FILMS else DistributorRows(tx, company_id)


def apply_rows(
    tx: UnitOfWork, target: Target, parsed: ParsedTable, on_progress: Callable[[int], None]
) -> tuple[ImportCounts, list[Item]]:
    """Write what can be written; the rest becomes problems of `parsed`. on_progress gets the rows done so far.

    Returns the counts, and the items that were written.
    """
    effects: Counter[Effect] = Counter()
    written: list[Item] = []
    refused: list[Refused] = []
    done = parsed.total - len(parsed.rows)
    for portion, items in _planned(target, parsed, target.ordered(parsed.rows), alone=True):
        changing = [item for item in items if item.effect is not Effect.UNCHANGED]
        _, bad = tx.write_good(changing, target.write)
        refused += bad
        left_out = {item.line for item, _ in bad}
        kept = [item for item in items if item.line not in left_out]
        effects.update(item.effect for item in kept)
        written += [item for item in kept if item.effect is not Effect.UNCHANGED]
        done += len(portion)
        on_progress(done)
    late, refused = write_again(tx, target, refused, written)
    effects.update(item.effect for item in late)
    written += late
    for item, error in refused:
        _refuse(parsed, item, error)
    counts = ImportCounts(
        total=parsed.total,
        added=effects[Effect.ADDED],
        changed=effects[Effect.CHANGED],
        unchanged=effects[Effect.UNCHANGED],
        refused=len(parsed.refused),
    )
    return counts, written


def preview_rows(target: Target, parsed: ParsedTable, left_out: Collection[int]) -> Iterator[PreviewedRow]:
    """Rows that would add or change something, with what differs, in the file's order.

    left_out: lines of the rows that were refused; some are only where they are written.
    """
    rows = [row for row in parsed.rows if row.line not in left_out]
    for _, items in _planned(target, parsed, rows, alone=False):
        for item in items:
            if item.effect is not Effect.UNCHANGED:
                yield PreviewedRow(item.line, item.effect, _differences(item))


def _planned(
    target: Target, parsed: ParsedTable, rows: Sequence[Row], *, alone: bool
) -> Iterator[tuple[Sequence[Row], list[Item]]]:
    first_line: dict[str, int] = {}
    for start in range(0, len(rows), _PORTION):
        portion = rows[start : start + _PORTION]
        target.look_up(portion, alone=alone)
        items = []
        for row in portion:
            try:
                items.append(_once(target.item(row), first_line))
            except Refusal as reason:
                parsed.refuse(row.line, reason.column, reason.message, reason.remedy)
        yield portion, items


def _once(item: Item, first_line: dict[str, int]) -> Item:
    again = next((first_line[one] for one in item.ids if one in first_line), None)
    if again is not None:
        raise Refusal(
            "",
            phrase("row {number} is about the same", number=again),
            "Give each row its own id, or remove one row",
        )
    first_line.update(dict.fromkeys(item.ids, item.line))
    return item


def _refuse(parsed: ParsedTable, item: Item, error: Conflict | Invalid) -> None:
    field = error.field if isinstance(error, Conflict) else error.problems[0].field
    message = error.message if isinstance(error, Conflict) else error.problems[0].message
    remedy = error.remedy if isinstance(error, Conflict) else error.problems[0].remedy
    columns = _COLUMNS_OF.get(field, (field,))
    column = next((column for column in columns if parsed.has(column)), columns[0])
    parsed.refuse(item.line, column, message, remedy)


def _differences(item: Item) -> dict[str, dict[str, list[Any]]]:
    """Terms of a deal follow the deal and are shown under its id."""
    shown: dict[str, dict[str, list[Any]]] = {}
    names = [*item.ids, *(f"{item.ids[0]} terms" for _ in range(len(item.after) - len(item.ids)))]
    for name, before, after in zip(names, item.before, item.after, strict=True):
        if differs := difference(before, after):
            shown[name] = differs
    return shown
