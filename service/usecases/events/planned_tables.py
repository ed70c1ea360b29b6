"""The tables of an event as it is planned: for `reelmatch meetings plan`, which then plans the same."""

from __future__ import annotations

from typing import Final

import pandas as pd

from recommender.meetings import domain as core
from recommender.meetings.columns import ABSENCES, LOCKS, PARTICIPANTS, TABLES
from service.domain.events import Event, Participant
from service.store.unit_of_work import UnitOfWork
from service.usecases.events.cells import EXTRA_COLUMNS
from service.usecases.events.core import core_event
from service.usecases.events.frames import stored_table

__all__ = ["planned_table"]

_PEOPLE: Final = ("participant_id", "other_id", "seller_id", "buyer_id")


def planned_table(tx: UnitOfWork, event: Event, name: str) -> pd.DataFrame:
    """One table, of str, with the columns that only the service has: who dropped out and closed tables are not in it.

    Who comes late has absences. A table is left out, too, that is reserved for nobody who comes.
    """
    planned = core_event(tx, event, values=False)
    if name == ABSENCES:
        return _frame(sorted(planned.absences), "participant_id", "slot_id")
    if name == LOCKS:
        locks = ((one.seller_id, one.buyer_id, one.slot_id, one.table_id) for one in planned.locks)
        return _frame(list(locks), "seller_id", "buyer_id", "slot_id", "table_id")
    frame = stored_table(tx, event, name).frame
    here = {one.participant_id for one in planned.participants}
    for column in set(_PEOPLE).intersection(frame):
        frame = frame[frame[column].isin(here)]
    if name == TABLES:
        frame = frame[frame["table_id"].isin(_usable(planned, here))]
    if name == PARTICIPANTS:
        people = {one.participant_id: one for one in tx.participants.all(event.event_id)}
        rows = [_extra(people[key]) for key in frame["participant_id"]]
        frame = frame.assign(**{column: [row[column] for row in rows] for column in EXTRA_COLUMNS[name]})
    return frame


def _usable(planned: core.Event, here: set[str]) -> set[str]:
    known = here | {one.company_id for one in planned.participants}
    return {
        table.table_id for table in planned.tables if not table.reserved_for or table.reserved_for in known
    }


def _extra(one: Participant) -> dict[str, str]:
    return {
        "hosted": "yes" if one.hosted else "",
        "not_before": "" if one.not_before is None else one.not_before.isoformat("minutes"),
        "territories": "|".join(one.territories),
        "brief": one.brief,
        "distributor_ids": "|".join(one.distributor_ids),
    }


def _frame(rows: list[tuple[str, ...]], *columns: str) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns), dtype="str")
