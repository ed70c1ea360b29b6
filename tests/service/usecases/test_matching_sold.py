"""Which deals make a film sold for what is asked of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from service.domain.words import MediaRight
from service.usecases.matching import match
from tests.service import make
from tests.service.bundled import Bundled
from tests.service.usecases.test_matching import ANN, FR, bundled, database_url
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

    def answer(**fields: Any) -> str:
        with bundled.uow() as tx:
            tx.deals.upsert_many([make.deal("offer", "fr-musical", "sale", agent_id="alba", **fields)])
            tx.commit()
        bundled.catch_up()
        return str(match(bundled.desk, ANN, asked)["territories"][0]["unavailable"])

    with bundled.uow() as tx:
        tx.rights.add(make.held("offer", "alba", media_right=MediaRight.SVOD))
        tx.commit()
    assert "is not available in FR" in answer()
    assert not answer(media_rights=(MediaRight.SVOD,))
    assert "is not available in FR" in answer(window=make.years(2020, 2039))
    assert not answer(window=make.years(2020, 2024))


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
