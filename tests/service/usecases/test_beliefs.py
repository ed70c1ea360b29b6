"""What the system believes about a distributor."""

from __future__ import annotations

from datetime import date

import pytest

from service.errors import NotFound
from service.security.actor import Actor
from service.usecases.beliefs import Knowledge, beliefs_about
from service.usecases.deals import create_deal, update_deal
from tests.service import make
from tests.service.bundled import Bundled
from tests.service.buyer import bundled, database_url, dee
from tests.tastes import UNTIL

__all__ = ["bundled", "database_url", "dee"]


def test_deals_say_whether_they_were_learnt_from_and_whom_one_works_with(
    bundled: Bundled, dee: Actor
) -> None:
    found = beliefs_about(bundled.desk, dee, "fr-western")
    assert found.not_asked == ""
    assert found.until == UNTIL
    days = [told.release.deal.release_date for told in found.deals]
    assert days == sorted(days, key=str, reverse=True)
    assert found.last_release == days[0]
    by_day = {told.release.deal.release_date: told.knowledge for told in found.deals}
    assert {Knowledge.LEARNT} == {known for day, known in by_day.items() if day and day < UNTIL}
    assert {Knowledge.TAKEN_UP} == {known for day, known in by_day.items() if day and day >= UNTIL}
    assert {one.name for one in found.people} >= {"Western Hand 0", "Western Hand 1"}


def test_a_missing_deal_that_is_added_waits_and_is_then_taken_up(bundled: Bundled, dee: Actor) -> None:
    with bundled.uow() as tx:
        tx.films.add(make.film("missed", synopsis="Nobody embedded this.", year=2019))
        tx.commit()
    bundled.holder.refresh()
    deal = make.deal("missed", "fr-western", release_date=date(2019, 5, 1), sales_agent="Boxcar")
    stored = create_deal(bundled.uow, dee, deal).deal
    bundled.holder.refresh()

    def knowledge() -> Knowledge:
        found = beliefs_about(bundled.desk, dee, "fr-western")
        return next(told.knowledge for told in found.deals if told.release.deal.deal_id == stored.deal_id)

    assert knowledge() is Knowledge.WAITING
    bundled.catch_up()
    assert knowledge() is Knowledge.TAKEN_UP
    update_deal(bundled.uow, dee, stored.deal_id, {"release_date": date(2019, 6, 1)}, stored.version)
    found = beliefs_about(bundled.desk, dee, "fr-western")
    assert found.last_release == date(2019, 6, 1)


def test_who_is_not_suggested_films_is_told_why_and_others_are_not_found(
    bundled: Bundled, dee: Actor
) -> None:
    with bundled.uow() as tx:
        profile = tx.distributors.get("us-giant")
        (seat,) = dee.seats
        tx.commit()
    actor = Actor("gil", "gil", (type(seat)(profile.company_id, seat.role, seat.kinds, frozenset({"US"})),))
    assert "not an independent distributor" in beliefs_about(bundled.desk, actor, "us-giant").not_asked
    with pytest.raises(NotFound):
        beliefs_about(bundled.desk, dee, "us-giant")
