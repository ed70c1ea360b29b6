"""Why a film is not offered, in the reader's own words."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from service.domain.avails import Question
from service.domain.denials import Denied
from service.domain.words import MediaRight
from service.usecases.eligibility import film_denial, limit_denial
from service.web.denials import DENIALS, denied_in_words
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
        "genres": ["Horror"],
    }
    for kind in DENIALS:
        for mine in (False, True):
            assert "%(" not in denied_in_words(Reader(), kind, facts, mine=mine)
