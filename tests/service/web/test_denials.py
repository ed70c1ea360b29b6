"""Why a film is not offered, in the reader's own words."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from recommender.market.domain import Denied
from recommender.market.eligibility import NOT_TO_ASK, sold_reason
from service.domain.avails import Question
from service.domain.words import MediaRight
from service.usecases.answers import nobody_json
from service.usecases.eligibility import film_denial, limit_denial
from service.web.denials import DENIALS, denied_in_words, left_out_in_words
from service.web.reader import Reader
from tests.service import make

TODAY = date(2026, 11, 20)
CELL = ("FR", MediaRight.THEATRICAL)
FILM = make.film("film", "agent", genres=("Horror",), budget_usd=Decimal(1_000_000))


def rights(*grants: Any, **held: Any) -> Denied | None:
    given = [make.held("film", "agent", **{"confirmed_on": TODAY, **held}), *grants]
    return film_denial(FILM, given, CELL, Question(TODAY, stale_after=timedelta(days=365)))


def limit(**limits: Any) -> Denied | None:
    return limit_denial(make.profile(**limits), FILM, MediaRight.THEATRICAL)


@pytest.mark.parametrize(
    ("denied", "words"),
    [
        (rights(territory="DE"), "Theatrical in France is not recorded as held"),
        (
            rights(confirmed_on=None),
            "Theatrical in France is not known: the rights held were never confirmed",
        ),
        (
            rights(confirmed_on=date(2020, 1, 5)),
            "Theatrical in France is not known: the rights held were last confirmed on 5 Jan 2020",
        ),
        (
            rights(make.sold("film", "agent", "buyer", window=make.years(2020, 2039))),
            "Theatrical in France is sold until 31 Dec 2039",
        ),
        (limit(media_rights=(MediaRight.SVOD,)), "you take no Theatrical rights"),
        (limit(genres_never=("Horror",)), "you never take Horror, as your brief says"),
        (
            limit(budget_min_usd=Decimal(2_000_000)),
            "the budget is below US$2,000,000, the least that you take",
        ),
        (limit(budget_max_usd=Decimal(500_000)), "the budget is above US$500,000, the most that you take"),
    ],
)
def test_denials_name_places_days_and_amounts(denied: Denied | None, words: str) -> None:
    assert denied
    assert denied_in_words(Reader(), denied.kind, denied.facts, mine=True) == words


def test_every_denial_has_both_forms_with_the_same_facts() -> None:
    facts = {
        "right": "svod",
        "territory": "FR",
        "until": "2030-12-31",
        "confirmed_on": "2026-01-05",
        "limit": 1e6,
        "day": "2030-12-31",
        "buyer": "Lumen",
        "genres": ["Horror"],
    }
    for kind in DENIALS:
        for mine in (False, True):
            assert "%(" not in denied_in_words(Reader(), kind, facts, mine=mine)


@pytest.mark.parametrize(
    ("day", "private", "words"),
    [
        (date(2019, 5, 1), False, "the film was released in France on 1 May 2019 by Lumen"),
        (date(2030, 1, 2), False, "the film is sold in France to Lumen, to be released on 2 Jan 2030"),
        (None, False, "the film is sold in France to Lumen"),
        (None, True, "the film is not available in France"),
    ],
)
def test_a_sale_names_the_country_the_buyer_and_the_day(day: date | None, private: bool, words: str) -> None:
    why = sold_reason("FR", ("fr-lumen", "Lumen"), day, TODAY, private)
    assert left_out_in_words(Reader(), nobody_json(why)) == words


def test_one_that_is_left_out_is_told_why_also_by_answers_that_are_older_than_facts() -> None:
    one = {"reason": NOT_TO_ASK.text, "why": {"kind": NOT_TO_ASK.kind, "facts": {}}}
    assert left_out_in_words(Reader(), one) == "it is on the list of distributors not to ask"
    assert left_out_in_words(Reader(), {"reason": "as it was told then"}) == "as it was told then"
