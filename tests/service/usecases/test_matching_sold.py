"""Which deals make a film sold for what is asked of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from service.clock import now
from service.domain.words import MediaRight
from service.security.actor import Actor
from service.usecases.matching import match
from tests.service import make
from tests.service.bundled import Bundled
from tests.service.usecases.test_matching import ANN, FR, GUS, bundled, database_url
from tests.tastes import WORDS

__all__ = ["bundled", "database_url"]


def test_what_a_buyer_records_alone_moves_no_answer_about_an_agents_film(bundled: Bundled) -> None:
    before = match(bundled.desk, ANN, replace(FR, film_id="offer"))["territories"]
    with bundled.uow() as tx:
        tx.deals.add(make.deal("offer", "fr-musical", "claim", is_public=False))
        tx.commit()
    bundled.catch_up()
    assert match(bundled.desk, ANN, replace(FR, film_id="offer"))["territories"] == before


def test_a_deal_of_the_agent_bars_its_film_for_the_right_and_days_it_is_about(bundled: Bundled) -> None:
    asked = replace(FR, film_id="offer")

    def answer(**fields: Any) -> tuple[str, str]:
        with bundled.uow() as tx:
            tx.deals.upsert_many([make.deal("offer", "fr-musical", "sale", agent_id="alba", **fields)])
            tx.commit()
        bundled.catch_up()
        found = match(bundled.desk, ANN, asked)["territories"][0]
        return found["rights"], found["unavailable"]

    with bundled.uow() as tx:
        tx.rights.add(make.held("offer", "alba", media_right=MediaRight.SVOD))
        tx.commit()
    assert answer() == ("sold", "theatrical in FR is sold")
    assert answer(media_rights=(MediaRight.SVOD,)) == ("available", "")
    assert answer(window=make.years(2020, 2039)) == ("sold", "theatrical in FR is sold until 2039-12-31")
    assert answer(window=make.years(2020, 2024)) == ("available", "")
    assert answer(window=make.years(2026, 2030)) == ("partly", "")


def test_rights_sold_to_share_leave_a_film_to_others(bundled: Bundled) -> None:
    with bundled.uow() as tx:
        buyer = tx.distributors.get("fr-musical").company_id
        deal = make.deal("offer", "fr-musical", "sale", agent_id="alba", window=make.years(2026, 2030))
        tx.deals.add(deal)
        tx.rights.add(make.sold("offer", "alba", buyer, deal_id="sale", exclusive=False))
        tx.commit()
    bundled.catch_up()
    found = match(bundled.desk, ANN, replace(FR, film_id="offer"))["territories"][0]
    assert (found["rights"], len(found["matches"])) == ("partly", 3)


def test_what_an_agent_holds_and_sold_of_reference_data_bars_it_for_that_agent_alone(
    bundled: Bundled,
) -> None:
    asked = replace(FR, film_id="shared")
    with bundled.uow() as tx:
        buyer = tx.distributors.get("fr-musical").company_id
        tx.films.add(make.film("shared", synopsis=WORDS["Western"], genres=("Western",), year=2019))
        tx.rights.add(make.held("shared", "alba", confirmed_on=now().date()))
        tx.commit()
    bundled.catch_up()

    def answer(actor: Actor) -> tuple[str | None, str, int]:
        found = match(bundled.desk, actor, asked)["territories"][0]
        return found["rights"], found["unavailable"], len(found["matches"])

    assert answer(ANN) == ("available", "", 3)
    with bundled.uow() as tx:
        tx.deals.add(
            make.deal("shared", "fr-musical", "sale", agent_id="alba", window=make.years(2026, 2030))
        )
        tx.rights.add(make.sold("shared", "alba", buyer, deal_id="sale"))
        tx.rights.add(make.sold("shared", "alba", buyer, window=make.years(2031, 2039)))
        tx.commit()
    assert answer(ANN) == ("sold", "theatrical in FR is sold until 2039-12-31", 0)
    assert answer(GUS) == (None, "", 3)


def test_what_an_agent_sold_of_reference_data_leaves_the_other_days_to_it(bundled: Bundled) -> None:
    with bundled.uow() as tx:
        tx.films.add(make.film("shared", synopsis=WORDS["Western"], genres=("Western",), year=2019))
        tx.rights.add(make.held("shared", "alba", confirmed_on=now().date()))
        tx.deals.add(
            make.deal("shared", "fr-musical", "sale", agent_id="alba", window=make.years(2026, 2030))
        )
        tx.commit()
    bundled.catch_up()
    found = match(bundled.desk, ANN, replace(FR, film_id="shared"))["territories"][0]
    assert (found["rights"], len(found["matches"])) == ("partly", 3)


def test_a_release_of_reference_data_bars_every_right_and_other_deals_only_their_own(
    bundled: Bundled,
) -> None:
    with bundled.uow() as tx:
        for film_id, right in (("cinema", MediaRight.THEATRICAL), ("streamed", MediaRight.SVOD)):
            tx.films.add(make.film(film_id, synopsis=WORDS["Western"], genres=("Western",), year=2019))
            tx.deals.add(make.deal(film_id, "fr-musical", media_rights=(right,), is_public=True))
        tx.commit()
    bundled.catch_up()

    def is_barred(film_id: str, right: MediaRight) -> bool:
        answer = match(bundled.desk, ANN, replace(FR, film_id=film_id, media_right=right))
        return bool(answer["territories"][0]["unavailable"])

    assert is_barred("cinema", MediaRight.SVOD)
    assert is_barred("streamed", MediaRight.SVOD)
    assert not is_barred("streamed", MediaRight.THEATRICAL)
