"""The tables that are exported are the event that is planned."""

from __future__ import annotations

import csv
from pathlib import Path

from recommender.cli import main
from service.domain.events import Event, EventTable
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.events import exporting, people, places, schedules
from service.usecases.events.frames import KEPT_TABLES
from tests.service.usecases.events.market import ORGANISER, imported
from tests.service.usecases.events.planned import held, plan

PEOPLE = """participant_id,side,name,not_before,territories,brief,hosted
b1,buyer,Lumen,09:30,,,
b3,buyer,Quiet Pier,,FR|BE,Ferries and storms,yes
b4,buyer,Gone,,,,
"""
VALUES = "seller_id,buyer_id,value\ns1,b3,5\ns2,b3,5\ns1,b4,90\ns2,b4,90\n"


def table(uow: UnitOfWorkFactory, event: Event, name: str) -> str:
    file = exporting.export_event_table(uow, ORGANISER, event.event_id, name)
    return b"".join(file.chunks).decode("utf-8-sig")


def test_planned_from_its_exported_tables_an_event_has_the_same_plan(
    uow: UnitOfWorkFactory, settings: Settings, event: Event, tmp_path: Path
) -> None:
    key, folder, out = event.event_id, tmp_path / "event", tmp_path / "plan"
    imported(uow, event, "participants", PEOPLE)
    imported(uow, event, "values", VALUES)
    imported(uow, event, "wishes", "participant_id,other_id,wish\ns1,b4,must\nb2,s2,must\n")
    places.add_tables(uow, ORGANISER, key, [EventTable("t3"), EventTable("t4", "b4")])
    imported(uow, event, "locks", "seller_id,buyer_id,slot_id,table_id\ns2,b2,c,t3\ns1,b4,a,t1\n")
    people.drop_out(uow, ORGANISER, key, "b4")
    places.update_table(uow, ORGANISER, key, "t3", {"closed": True})
    done = plan(uow, settings, event)
    folder.mkdir()
    for name in KEPT_TABLES:
        (folder / f"{name}.csv").write_text(table(uow, event, name), encoding="utf-8-sig")
    assert main(["meetings", "plan", "--event", str(folder), "--out", str(out)]) == 0
    with (out / "meetings.csv").open(encoding="utf-8") as file:
        offline = {(row["seller_id"], row["buyer_id"]): row for row in csv.DictReader(file)}
    assert set(offline) == set(held(uow, event))
    total = schedules.get_schedule(uow, ORGANISER, key).schedule.report["total_value"]
    assert sum(float(row["value"]) for row in offline.values()) == total
    assert done["meetings"] == len(offline)
    assert offline["s2", "b2"]["slot_id"] == "c"
    assert {row["table_id"] for row in offline.values()} <= {"t1", "t2"}
    assert not [pair for pair, row in offline.items() if "b1" in pair and row["slot_id"] == "a"]


def test_columns_that_only_the_service_has_are_exported_and_come_back(
    uow: UnitOfWorkFactory, event: Event
) -> None:
    imported(uow, event, "participants", PEOPLE)
    text = table(uow, event, "participants")
    rows = {row["participant_id"]: row for row in csv.DictReader(text.splitlines())}
    assert (rows["b1"]["not_before"], rows["b1"]["distributor_ids"]) == ("09:30", "fr")
    assert (rows["b3"]["hosted"], rows["b3"]["territories"]) == ("yes", "FR|BE")
    assert rows["b3"]["brief"] == "Ferries and storms"
    changes = imported(uow, event, "participants", text).changes
    assert (changes.added, changes.changed, changes.unchanged) == (0, 0, 6)
