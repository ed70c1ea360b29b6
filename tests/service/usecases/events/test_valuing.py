"""Meetings are worth what the matcher in force says of what is on offer; participants come from the service."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from recommender.meetings.value import Scores
from service.clock import now
from service.domain.events import Event, EventTable, Participant
from service.domain.words import CompanyKind, FeedbackKind
from service.errors import Conflict, Invalid, NotFound
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.events import editing, filling, people, places, schedules, talking
from service.usecases.events.core import core_event
from service.usecases.events.valuing import scores_of
from tests.service import make
from tests.service.bundled import Bundled, bundle_up
from tests.service.usecases.events import market
from tests.service.usecases.events.market import ORGANISER
from tests.service.usecases.events.planned import plan
from tests.tastes import WORDS

HORROR, WESTERN = "horror-2019-0", "western-2019-0"


@pytest.fixture
def database_url(tastes_copy: str) -> str:
    return tastes_copy


@pytest.fixture
def bundled(uow: UnitOfWorkFactory, settings: Settings) -> Bundled:
    market.companies(uow)
    return bundle_up(uow, settings)


@pytest.fixture
def event(bundled: Bundled) -> Event:
    """Two sellers with a film each, and the French distributors of both genres."""
    uow, event = bundled.uow, market.new_event(bundled.uow)
    market.imported(uow, event, "slots", market.FILES["slots"])
    places.add_tables(uow, ORGANISER, event.event_id, [EventTable("t1"), EventTable("t2")])
    for seller, film in (("s-horror", HORROR), ("s-western", WESTERN)):
        people.add_participant(
            uow, ORGANISER, event.event_id, Participant(seller, "seller", seller, film_ids=(film,))
        )
    wanted = filling.Filling(distributor_ids=("fr-horror", "fr-western"))
    assert len(filling.fill_participants(uow, ORGANISER, event.event_id, wanted)) == 2
    return event


def scored(bundled: Bundled, event: Event) -> Scores:
    bundled.holder.refresh()
    with bundled.uow(statement_timeout_s=0) as tx:
        planned = core_event(tx, event)
        return scores_of(tx, event, planned, bundled.holder.current(), bundled.settings)


def values(bundled: Bundled, event: Event) -> dict[tuple[str, str], float]:
    return {(one.seller_id, one.buyer_id): one.value for one in scored(bundled, event).values()}


def test_each_taste_meets_its_own_film_first(bundled: Bundled, event: Event) -> None:
    worth = values(bundled, event)
    assert worth["s-horror", "fr-horror"] > worth.get(("s-western", "fr-horror"), 0)
    assert worth["s-western", "fr-western"] > worth.get(("s-horror", "fr-western"), 0)


def test_a_guest_is_worth_what_its_brief_asks_for_and_changes_nobody_elses_chances(
    bundled: Bundled, event: Event
) -> None:
    before = scored(bundled, event)
    for key, brief, territories in (
        ("g-horror", WORDS["Horror"], ("FR",)),
        ("g-western", WORDS["Western"], ("FR",)),
        ("g-wide", WORDS["Western"], ("FR", "US")),
        ("g-nowhere", WORDS["Horror"], ()),
        ("g-far", WORDS["Horror"], ("AQ",)),
    ):
        guest = Participant(key, "buyer", key, brief=brief, territories=territories)
        people.add_participant(bundled.uow, ORGANISER, event.event_id, guest)
    after, worth = scored(bundled, event), values(bundled, event)
    assert worth["s-horror", "g-horror"] > worth["s-horror", "g-western"]
    assert worth["s-western", "g-western"] > worth["s-western", "g-horror"]
    assert worth["s-western", "g-wide"] > worth["s-western", "g-western"]
    assert set(after.unknown_buyers) == {"g-nowhere", "g-far"}, "nobody knows what is sold there, or where"
    for one in ("fr-horror", "fr-western"):
        np.testing.assert_allclose(after.chances[:, after.buyers[one]], before.chances[:, before.buyers[one]])


def test_a_meeting_added_by_hand_talks_about_what_is_likely_there_and_not_sold(
    bundled: Bundled, event: Event
) -> None:
    uow, key = bundled.uow, event.event_id
    lineup = ("drama-2019-0", "comedy-2019-0", "musical-2019-0", "crime-2019-0", "war-2019-0", WESTERN)
    people.set_lineup(uow, ORGANISER, key, "s-horror", lineup)
    plan(uow, bundled.settings, event, holder=bundled.holder)
    pair = ("s-horror", "fr-western")
    editing.change_schedule(uow, ORGANISER, key, editing.Cancel(*pair), None, desk=bundled.desk)
    add = editing.Add(*pair, "c")
    editing.change_schedule(uow, ORGANISER, key, add, None, desk=bundled.desk)
    assert films_of(uow, event, pair)[0] == WESTERN
    imported = "seller_id,buyer_id,value\ns-horror,fr-western,1\n"
    market.imported(uow, event, "values", imported)
    with uow() as tx:
        tx.films.update(replace(tx.films.get(lineup[0]), owner_id="agent"))
        tx.rights.add(make.held(lineup[0], "agent", confirmed_on=date(2020, 1, 1)))
        tx.commit()
    editing.change_schedule(uow, ORGANISER, key, editing.Cancel(*pair), None, desk=bundled.desk)
    editing.change_schedule(uow, ORGANISER, key, add, None, desk=bundled.desk)
    assert films_of(uow, event, pair) == lineup[1:6], "nobody confirmed the rights of the first for years"


def films_of(uow: UnitOfWorkFactory, event: Event, pair: tuple[str, str]) -> tuple[str, ...]:
    found = schedules.get_schedule(uow, ORGANISER, event.event_id)
    (films,) = (one.films for one in found.meetings if (one.seller_id, one.buyer_id) == pair)
    return films


def test_a_pass_moves_no_value_that_others_see(bundled: Bundled, event: Event) -> None:
    before = values(bundled, event)
    with bundled.uow() as tx:
        company = tx.distributors.get("fr-horror").company_id
        tx.feedback.add(
            make.feedback(FeedbackKind.PASSED, HORROR, "fr-horror", company, reason="no", at=now())
        )
        tx.commit()
    assert values(bundled, event) == before


def test_a_film_that_is_sold_there_is_worth_nothing(bundled: Bundled, event: Event) -> None:
    with bundled.uow() as tx:
        tx.films.update(replace(tx.films.get(HORROR), owner_id="agent"))
        tx.rights.add(make.held(HORROR, "agent", confirmed_on=date(2020, 1, 1)))
        tx.commit()
    bundled.catch_up()
    assert ("s-horror", "fr-horror") not in values(bundled, event), "nobody confirmed its rights for years"


def test_what_a_rival_records_alone_of_an_agents_film_moves_no_value(bundled: Bundled, event: Event) -> None:
    with bundled.uow() as tx:
        tx.films.update(replace(tx.films.get(HORROR), owner_id="agent"))
        tx.rights.add(make.held(HORROR, "agent", confirmed_on=now().date()))
        tx.commit()
    bundled.catch_up()
    before = values(bundled, event)
    with bundled.uow() as tx:
        tx.deals.add(make.deal(HORROR, "fr-musical", is_public=False))
        tx.commit()
    bundled.catch_up()
    assert values(bundled, event) == before


def test_the_plan_keeps_its_values_and_its_films_to_talk_about(bundled: Bundled, event: Event) -> None:
    plan(bundled.uow, bundled.settings, event, holder=bundled.holder)
    found = schedules.get_schedule(bundled.uow, ORGANISER, event.event_id)
    pairs = {(one.seller_id, one.buyer_id): one.films for one in found.meetings}
    assert pairs["s-horror", "fr-horror"] == (HORROR,)
    with bundled.uow() as tx:
        stored = tx.events.get(event.event_id)
        assert stored.values_from.startswith("bundle ")
        assert len(tx.wishes.values(event.event_id)) >= 2


def test_each_side_reads_why_in_its_own_words(bundled: Bundled, event: Event) -> None:
    plan(bundled.uow, bundled.settings, event, holder=bundled.holder)
    desk, key = bundled.desk, event.event_id
    sellers = talking.list_talks(desk, ORGANISER, key, "s-horror")
    buyers = talking.list_talks(desk, ORGANISER, key, "fr-horror")
    assert {(one.other_id, one.film_id, one.territory) for one in sellers} >= {("fr-horror", HORROR, "FR")}
    assert {one.other_id for one in buyers} >= {"s-horror"}
    (own,) = (one.reasons for one in sellers if one.other_id == "fr-horror")
    (theirs,) = (one.reasons for one in buyers if one.other_id == "s-horror")
    assert own
    assert own != theirs
    with pytest.raises(NotFound):
        talking.list_talks(desk, market.RIVAL, key, "s-horror")


def test_without_values_and_without_a_bundle_nothing_is_planned(
    uow: UnitOfWorkFactory, settings: Settings
) -> None:
    market.companies(uow)
    event = market.new_event(uow)
    for table in ("participants", "slots", "tables"):
        market.imported(uow, event, table, market.FILES[table])
    with pytest.raises(Conflict, match="Import a table of values, or train a bundle"):
        plan(uow, settings, event)


def test_agents_bring_what_they_have_on_offer(bundled: Bundled, event: Event) -> None:
    uow = bundled.uow
    with uow() as tx:
        tx.rights.add(make.held("film", "agent"))
        tx.films.add(make.film("draft", "agent"))
        tx.films.add(make.film("reference", sales_agent="AGENT"))
        tx.commit()
    wanted = filling.Filling(seller_ids=("agent",), max_meetings=7)
    tried = filling.fill_participants(uow, ORGANISER, event.event_id, wanted, dry_run=True)
    assert [(one.name, set(one.film_ids), one.max_meetings) for one in tried] == [
        ("Agent", {"film", "reference"}, 7)
    ]
    assert len(people.list_participants(uow, ORGANISER, event.event_id, "seller")) == 2
    assert len(filling.fill_participants(uow, ORGANISER, event.event_id, wanted)) == 1
    assert filling.fill_participants(uow, ORGANISER, event.event_id, wanted) == ()


def test_filling_by_territory_takes_every_profile_there(bundled: Bundled, event: Event) -> None:
    wanted = filling.Filling(territories=("FR",))
    added = filling.fill_participants(bundled.uow, ORGANISER, event.event_id, wanted)
    with bundled.uow() as tx:
        french = {one.distributor_id for one in tx.distributors.stream() if one.territory == "FR"}
    taken = {key for one in added for key in one.distributor_ids}
    assert taken | {"fr-horror", "fr-western"} == french


def test_only_who_says_so_is_taken_for_attending(bundled: Bundled, event: Event) -> None:
    uow, key = bundled.uow, event.event_id
    with uow() as tx:
        tx.distributors.update(replace(tx.distributors.get("fr-comedy"), attending=(event.name,)))
        tx.commit()
    added = filling.fill_participants(uow, ORGANISER, key, filling.Filling(attending=event.name))
    assert [one.distributor_ids for one in added] == [("fr-comedy",)]
    with pytest.raises(Invalid, match="this event is 'Spring Market'"):
        filling.fill_participants(uow, ORGANISER, key, filling.Filling(attending="Another Market"))


def test_nobody_fills_with_what_is_not_there(bundled: Bundled, event: Event) -> None:
    key = event.event_id
    with pytest.raises(Invalid, match="no sales agent has the id 'buyer'"):
        filling.fill_participants(bundled.uow, ORGANISER, key, filling.Filling(seller_ids=("buyer",)))
    with pytest.raises(Invalid, match="no distributor has the id 'nobody'"):
        filling.fill_participants(bundled.uow, ORGANISER, key, filling.Filling(distributor_ids=("nobody",)))
    with pytest.raises(NotFound):
        filling.fill_participants(bundled.uow, market.RIVAL, key, filling.Filling(territories=("FR",)))
    assert CompanyKind.ORGANISER in market.RIVAL.seats[0].kinds
