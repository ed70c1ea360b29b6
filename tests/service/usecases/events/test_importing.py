"""The tables of an event as files."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

import openpyxl
import pytest

from service.domain.events import Event, EventTable, Participant
from service.domain.words import CompanyKind
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.security.actor import Actor
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.events import people
from service.usecases.events.core import core_event
from service.usecases.events.importing import EventImport, import_table
from service.usecases.events.sample import load_sample_event
from service.usecases.market_import import load_market
from tests.service import make
from tests.service.usecases.events import market
from tests.service.usecases.events.market import ORGANISER, imported


@pytest.fixture(autouse=True)
def _companies(uow: UnitOfWorkFactory) -> None:
    market.companies(uow)


def refused(done: EventImport) -> list[tuple[int | None, str, str]]:
    return [(one.row, one.column, one.message) for one in done.problems if one.refused]


def test_the_tables_of_an_event_become_what_the_planner_takes(uow: UnitOfWorkFactory) -> None:
    event = market.small_event(uow)
    with uow() as tx:
        planned = core_event(tx, event)
    assert [one.participant_id for one in planned.participants] == ["s1", "s2", "b1", "b2"]
    assert planned.slots[0].starts_at == datetime(2026, 5, 14, 7, tzinfo=UTC), "nine in Berlin, in summer"
    assert {(v.seller_id, v.buyer_id): v.value for v in planned.values}["s1", "b1"] == 4
    assert event.values_from == "file"


def test_a_company_or_a_profile_of_the_very_id_is_linked(uow: UnitOfWorkFactory) -> None:
    event = market.small_event(uow)
    with uow() as tx:
        people = {one.participant_id: one for one in tx.participants.all(event.event_id)}
    assert people["s1"].company_id == "agent"
    assert (people["b1"].company_id, people["b1"].distributor_ids) == ("buyer", ("fr",))
    assert people["s2"].company_id is None


def test_a_dry_run_tells_and_changes_nothing(uow: UnitOfWorkFactory) -> None:
    event = market.new_event(uow)
    done = imported(uow, event, "tables", market.FILES["tables"], dry_run=True)
    assert (done.changes.added, done.total) == (2, 2)
    with uow() as tx:
        assert tx.venues.tables(event.event_id) == ()


def test_the_same_file_twice_changes_nothing(uow: UnitOfWorkFactory) -> None:
    event = market.small_event(uow)
    for table, text in market.FILES.items():
        changes = imported(uow, event, table, text).changes
        assert (changes.added, changes.changed, changes.removed) == (0, 0, 0), table
        assert changes.unchanged, table


def test_bad_rows_are_told_by_row_and_column_and_the_good_ones_are_kept(uow: UnitOfWorkFactory) -> None:
    event = market.new_event(uow)
    text = "participant_id,side,max_meetings\nx,seller,4\ny,waiter,4\nz,buyer,some\n,buyer,1\nx,buyer,2\n"
    done = imported(uow, event, "participants", text)
    assert [(row, column) for row, column, _ in refused(done)] == [
        (3, "side"),
        (4, "max_meetings"),
        (5, "participant_id"),
        (6, "participant_id"),
    ]
    assert (done.changes.added, done.refused) == (1, 4)


def test_what_refers_to_nobody_is_refused(uow: UnitOfWorkFactory) -> None:
    event = market.small_event(uow)
    done = imported(
        uow, event, "wishes", "participant_id,other_id,wish\ns1,b1,must\ns1,b9,want\ns1,s2,want\n"
    )
    assert refused(done) == [
        (3, "other_id", "the participants table has no such id"),
        (4, "other_id", "both are sellers"),
    ]
    assert done.changes.added == 1


def test_slots_that_overlap_or_lie_outside_of_the_event_are_refused(uow: UnitOfWorkFactory) -> None:
    event = market.small_event(uow)
    text = "slot_id,day,starts_at,ends_at\nd,2026-05-14,09:15,09:20\ne,2026-05-15,09:00,09:30\n"
    done = imported(uow, event, "slots", text)
    assert (2, "starts_at") in [(row, column) for row, column, _ in refused(done)] or not done.is_possible
    assert (3, "day") in [(row, column) for row, column, _ in refused(done)]


def test_a_file_that_breaks_what_is_stored_is_not_applied(uow: UnitOfWorkFactory) -> None:
    event = market.small_event(uow)
    imported(uow, event, "locks", "seller_id,buyer_id,slot_id,table_id\ns1,b1,a,t1\n")
    done = imported(uow, event, "absences", "participant_id,slot_id\ns1,a\n")
    assert not done.is_possible
    with uow() as tx:
        assert tx.participants.absences(event.event_id) == frozenset()


def test_replacing_removes_what_the_file_lacks(uow: UnitOfWorkFactory) -> None:
    event = market.small_event(uow)
    done = imported(uow, event, "tables", "table_id\nt2\n", replace_all=True)
    assert (done.changes.removed, done.changes.unchanged) == (1, 1)


def test_participants_have_columns_of_the_service(uow: UnitOfWorkFactory) -> None:
    event = market.new_event(uow)
    text = "Participant ID;side;name;Not before;hosted;territories\nb;buyer;Ben;10:00;yes;FR|BE\nc;buyer;Cy;ten;1;XX\n"
    done = imported(uow, event, "participants", text)
    assert [(row, column) for row, column, _ in refused(done)] == [(3, "not_before"), (3, "territories")]
    with uow() as tx:
        (one,) = tx.participants.all(event.event_id)
    assert (one.not_before, one.hosted, one.territories) == (time(10), True, ("FR", "BE"))


def stored(uow: UnitOfWorkFactory, event: Event) -> dict[str, Participant]:
    with uow() as tx:
        return {one.participant_id: one for one in tx.participants.all(event.event_id)}


def test_a_name_over_several_lines_of_a_cell_is_one_line(uow: UnitOfWorkFactory) -> None:
    event = market.small_event(uow)
    imported(uow, event, "participants", 'participant_id,side,name\ns2,seller,"Grim\n Sales "\n')
    with uow() as tx:
        assert tx.participants.get(event.event_id, "s2").name == "Grim Sales"


def test_what_a_file_has_no_column_for_stays_as_it_is(uow: UnitOfWorkFactory) -> None:
    event = market.small_event(uow)
    whole = "participant_id,side,max_meetings,min_meetings,max_per_day\nb1,buyer,5,2,4\n"
    imported(uow, event, "participants", whole)
    imported(uow, event, "tables", "table_id,reserved_for,hall\nt1,b1,North\n")
    before = stored(uow, event)["b1"]
    assert (before.colleagues, before.distributor_ids, before.max_per_day) == ("fr", ("fr",), 4)
    part = "participant_id,side,not_before\nb1,buyer,10:00\n"
    tried = imported(uow, event, "participants", part, dry_run=True)
    assert dict(tried.changes.fields) == {"not_before": ("b1",)}
    imported(uow, event, "participants", part)
    assert stored(uow, event)["b1"] == replace(before, not_before=time(10), version=before.version + 1)
    imported(uow, event, "tables", "table_id,hall\nt1,South\n")
    with uow() as tx:
        assert replace(tx.venues.tables(event.event_id)[0], version=1) == EventTable("t1", "b1", "South")
    wrong = imported(uow, event, "participants", "participant_id,side,max_meetings\nb1,buyer,1\n")
    assert wrong.refused == 1, "the minimum that stays is above it"


def test_a_company_that_was_linked_by_hand_outlives_a_text_that_names_nobody_here(
    uow: UnitOfWorkFactory,
) -> None:
    event = market.small_event(uow)
    people.update_participant(uow, ORGANISER, event.event_id, "s2", {"company_id": "agent"}, None)
    text = "participant_id,side,company_id\ns2,seller,grim and friends\ns1,seller,nobody\n"
    done = imported(uow, event, "participants", text)
    assert dict(done.changes.fields) == {"colleagues": ("s2", "s1"), "company_id": ("s1",)}
    after = stored(uow, event)
    assert (after["s2"].company_id, after["s1"].company_id) == ("agent", None)


def test_several_profiles_of_a_company_come_by_file(uow: UnitOfWorkFactory) -> None:
    event = market.small_event(uow)
    with uow() as tx:
        tx.companies.add(make.company("other", CompanyKind.DISTRIBUTOR))
        tx.distributors.add(make.profile("it", "other", "IT"))
        tx.commit()
    text = "participant_id,side,distributor_ids\nb1,buyer,fr|de\nb2,buyer,fr|it\ns1,seller,fr\nb3,buyer,no\n"
    done = imported(uow, event, "participants", text)
    assert refused(done) == [
        (3, "distributor_ids", "the profiles are of several companies"),
        (4, "distributor_ids", "a seller has no profiles"),
        (5, "distributor_ids", "no distributor has the id 'no'"),
    ]
    one = stored(uow, event)["b1"]
    assert (one.company_id, one.distributor_ids) == ("buyer", ("fr", "de"))
    imported(uow, event, "participants", "participant_id,side,distributor_ids\nb1,buyer,\n")
    assert stored(uow, event)["b1"].distributor_ids == (), "all of the company"


def test_the_order_of_a_line_up_is_that_of_the_file(uow: UnitOfWorkFactory) -> None:
    event = market.small_event(uow)
    with uow() as tx:
        for name in "abcd":
            tx.films.add(make.film(name))
        tx.commit()

    def films(text: str, **options: bool) -> tuple[tuple[str, ...], tuple[int, ...]]:
        rows = "".join(f"s1,{film}\n" for film in text)
        changes = imported(uow, event, "lineups", f"seller_id,film_id\n{rows}", **options).changes
        return stored(uow, event)["s1"].film_ids, tuple(changes.counts().values())

    assert films("abc") == (tuple("abc"), (3, 0, 0, 0))
    assert films("cab") == (tuple("cab"), (0, 3, 0, 0))
    assert films("cab") == (tuple("cab"), (0, 0, 3, 0))
    assert films("d") == (tuple("cabd"), (1, 0, 0, 0)), "a new film alone is added"
    assert films("db") == (tuple("dbca"), (0, 2, 0, 0)), "what is named again comes first, in this order"
    assert films("ad", replace_all=True) == (tuple("ad"), (0, 2, 0, 2))


def test_not_before_is_an_absence_in_the_zone_of_the_event(uow: UnitOfWorkFactory) -> None:
    event = market.small_event(uow)
    imported(uow, event, "participants", "participant_id,side,not_before\nb1,buyer,09:30\n")
    with uow() as tx:
        assert core_event(tx, event).absences == {("b1", "a")}


def test_a_workbook_is_read_as_well(uow: UnitOfWorkFactory, tmp_path_factory: pytest.TempPathFactory) -> None:
    event = market.new_event(uow)
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (("table_id", "hall"), ("t1", "North"), ("t2", "South")):
        book.active.append(row)
    file = tmp_path_factory.mktemp("x") / "tables.xlsx"
    book.save(file)
    done = import_table(uow, ORGANISER, event.event_id, "tables", file.read_bytes(), dry_run=False)
    assert done.changes.added == 2


def test_films_that_are_not_on_offer_are_as_if_they_were_not_there(uow: UnitOfWorkFactory) -> None:
    event = market.small_event(uow)
    with uow() as tx:
        tx.films.add(make.film("private", "agent"))
        tx.films.add(make.film("open", None))
        tx.commit()
    text = "seller_id,film_id\ns1,open\ns1,private\ns1,nothing\n"
    done = imported(uow, event, "lineups", text)
    assert [(row, message.replace("private", "nothing")) for row, _, message in refused(done)] == [
        (3, "no film has the id 'nothing'"),
        (4, "no film has the id 'nothing'"),
    ]


def test_only_the_organiser_imports_and_only_what_is_a_table(uow: UnitOfWorkFactory) -> None:
    event = market.small_event(uow)
    content = market.FILES["tables"].encode()
    with pytest.raises(NotFound):
        import_table(uow, market.RIVAL, event.event_id, "tables", content, dry_run=True)
    with pytest.raises(NotFound):
        import_table(uow, market.AGENT, event.event_id, "tables", content, dry_run=True)
    with pytest.raises(Forbidden):
        import_table(uow, market.ADMIN, event.event_id, "tables", content, dry_run=True)
    with pytest.raises(Invalid, match="an event has no table 'chairs'"):
        import_table(uow, ORGANISER, event.event_id, "chairs", content, dry_run=True)


def test_the_sample_event_is_an_event_of_the_sample_market(uow: UnitOfWorkFactory) -> None:
    system = Actor.system("test")
    load_market(uow, market.SAMPLE.parent, system)
    event = load_sample_event(uow, market.SAMPLE, system, "marche", attending={"cormorant-bay": "agent"})
    with uow() as tx:
        planned = core_event(tx, event)
        people = tx.participants.all(event.event_id)
    assert (len(planned.participants), len(planned.slots), len(planned.tables)) == (75, 24, 15)
    assert sum(len(one.film_ids) for one in people) == 27
    assert len(planned.values) == 727
    assert {one.company_id for one in people if one.colleagues == "cormorant-bay"} == {"agent"}


def test_a_sample_without_its_films_is_refused_as_a_whole(uow: UnitOfWorkFactory) -> None:
    with pytest.raises(Conflict, match="no film has the id"):
        load_sample_event(uow, market.SAMPLE, Actor.system("test"), "marche")
    with uow() as tx:
        assert tx.events.list().items == ()
