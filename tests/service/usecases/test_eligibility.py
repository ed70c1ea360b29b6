from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from service.domain.avails import AvailStatus
from service.domain.rights import Window
from service.domain.words import CompanyKind, FeedbackKind, MediaRight
from service.settings import Settings
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.eligibility import Denials, film_denials, limit_denial, suggestion_denials
from tests.service import make

FRESH = make.NOON.date()
THEATRICAL = MediaRight.THEATRICAL


@pytest.fixture
def tx(uow: UnitOfWorkFactory) -> Any:
    with uow() as tx:
        make.trade(tx)
        yield tx


def denials(tx: UnitOfWork, settings: Settings, film_id: str = "film", **asked: Any) -> Denials:
    wanted = {"media_right": THEATRICAL, "window": None, "now": make.NOON, **asked}
    territory = wanted.pop("territory", "FR")
    return film_denials(tx, tx.films.get(film_id), [territory], settings=settings, **wanted)[territory]


def hold(tx: UnitOfWork, **fields: Any) -> None:
    tx.rights.add(make.held("film", "agent", **{"confirmed_on": FRESH, **fields}))


def test_a_film_whose_right_is_held_and_free_is_denied_to_nobody(tx: UnitOfWork, settings: Settings) -> None:
    hold(tx)
    assert denials(tx, settings) == Denials(rights=AvailStatus.AVAILABLE)


def test_reference_data_has_no_rights_to_check(tx: UnitOfWork, settings: Settings) -> None:
    tx.films.add(make.film("public"))
    assert denials(tx, settings, "public") == Denials(rights=None)


def test_a_film_of_which_no_rights_are_recorded_is_unknown_and_not_denied(
    tx: UnitOfWork, settings: Settings
) -> None:
    assert denials(tx, settings) == Denials(rights=AvailStatus.UNKNOWN)


def test_once_some_rights_are_recorded_the_others_are_denied(tx: UnitOfWork, settings: Settings) -> None:
    hold(tx)
    assert str(denials(tx, settings, territory="DE").film) == "theatrical in DE is not recorded as held"
    assert denials(tx, settings, media_right=MediaRight.SVOD).rights is AvailStatus.UNKNOWN


def test_a_window_that_is_over_is_told_as_such(tx: UnitOfWork, settings: Settings) -> None:
    hold(tx)
    found = denials(tx, settings, window=make.years(2017, 2018)).film
    assert found
    assert str(found).endswith("is not recorded as held then, and the days asked for were over on 2018-12-31")
    assert denials(tx, settings, window=make.years(2021, 2022)).film is None


def test_what_is_sold_is_denied_in_its_window(tx: UnitOfWork, settings: Settings) -> None:
    hold(tx)
    tx.rights.add(make.sold("film", "agent", "buyer"))
    assert denials(tx, settings).film is None
    sold = denials(tx, settings, window=make.years(2027, 2028))
    assert (str(sold.film), sold.rights) == ("theatrical in FR is sold until 2030-12-31", AvailStatus.SOLD)


def test_what_nobody_confirmed_for_too_long_is_denied(tx: UnitOfWork, settings: Settings) -> None:
    hold(tx, confirmed_on=FRESH - timedelta(days=settings.rights_stale_days + 1))
    assert "last confirmed on" in str(denials(tx, settings).film)


def test_a_holdback_denies_only_where_it_bars_the_whole_window(tx: UnitOfWork, settings: Settings) -> None:
    hold(tx, holdback_until=date(2028, 1, 1))
    assert denials(tx, settings).film is None
    assert denials(tx, settings, window=make.years(2027, 2028)).film is None
    barred = denials(tx, settings, window=Window(date(2027, 1, 1), date(2027, 6, 30)))
    assert str(barred.film) == "theatrical in FR is held back until 2027-12-31"


def test_a_pass_is_nothing_that_an_agent_could_notice(tx: UnitOfWork, settings: Settings) -> None:
    before = denials(tx, settings)
    tx.feedback.add(make.feedback(FeedbackKind.PASSED, "film", "fr", "buyer"))
    assert denials(tx, settings) == before


def test_others_cannot_tell_one_limit_from_another(tx: UnitOfWork, settings: Settings) -> None:
    for key, limits in (
        ("picky", {"media_rights": (MediaRight.SVOD,)}),
        ("calm", {"genres_never": ("Horror",)}),
    ):
        tx.companies.add(make.company(key, CompanyKind.DISTRIBUTOR))
        tx.distributors.add(make.profile(f"{key}-fr", key, **limits))
    film = tx.films.get("film")
    tx.films.update(replace(film, film=replace(film.film, genres=("Horror",))))
    found = denials(tx, settings)
    assert found.distributors["calm-fr"] != found.distributors["picky-fr"]
    told = found.told_to([])
    assert set(told) == {"calm-fr", "picky-fr"}
    assert len(set(told.values())) == 1
    own = {"calm-fr": told["calm-fr"], "picky-fr": found.distributors["picky-fr"]}
    assert found.told_to(["picky"]) == own


def test_each_territory_is_denied_for_itself(tx: UnitOfWork, settings: Settings) -> None:
    hold(tx)
    tx.companies.add(make.company("picky", CompanyKind.DISTRIBUTOR))
    tx.distributors.add(make.profile("picky-fr", "picky", media_rights=(MediaRight.SVOD,)))
    found = film_denials(tx, tx.films.get("film"), ["FR", "DE"], THEATRICAL, None, make.NOON, settings)
    assert (found["FR"].film, set(found["FR"].distributors)) == (None, {"picky-fr"})
    assert (found["DE"].film is not None, found["DE"].distributors) == (True, {})


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"media_rights": (MediaRight.SVOD,)}, "does not take theatrical rights"),
        ({"genres_never": ("Western", "horror")}, "never takes Horror"),
        ({"budget_min_usd": Decimal(2_000_000)}, "below 2,000,000 USD"),
        ({"budget_max_usd": Decimal(999_999)}, "above 999,999 USD"),
        ({"media_rights": (THEATRICAL,), "budget_max_usd": Decimal(1_000_000)}, ""),
        ({}, ""),
    ],
)
def test_a_limit_keeps_a_distributor_from_a_film(limits: dict[str, Any], words: str) -> None:
    film = make.film(genres=("Horror", "Drama"), budget_usd=Decimal(1_000_000))
    reason = limit_denial(make.profile(**limits), film, THEATRICAL)
    assert words in str(reason or "")
    assert (reason is not None) is bool(words)


def test_no_number_of_questions_tells_others_a_limit_of_budgets_closer_than_a_step(
    tx: UnitOfWork, settings: Settings
) -> None:
    tx.companies.add(make.company("choosy", CompanyKind.DISTRIBUTOR))
    limits: dict[str, Any] = {"budget_min_usd": Decimal(300_000), "budget_max_usd": Decimal(1_234_567)}
    tx.distributors.add(make.profile("choosy-fr", "choosy", **limits))

    def is_denied(budget: int) -> bool:
        film = replace(tx.films.get("film"), budget_usd=Decimal(budget))
        found = film_denials(tx, film, ["FR"], THEATRICAL, None, make.NOON, settings)
        return bool(found["FR"].distributors)

    assert [budget for budget in (0, 150_000, 199_999) if not is_denied(budget)] == []
    assert [budget for budget in (200_000, 299_999, 1_234_568, 1_999_999) if is_denied(budget)] == []
    assert [budget for budget in (2_000_000, 10_000_000) if not is_denied(budget)] == []


def test_an_unknown_budget_is_within_every_range() -> None:
    narrow = make.profile(budget_min_usd=Decimal(1), budget_max_usd=Decimal(2))
    assert limit_denial(narrow, make.film(), THEATRICAL) is None


def test_suggestions_are_denied_by_the_same_rules(tx: UnitOfWork, settings: Settings) -> None:
    hold(tx)
    horror = tx.films.add(make.film("horror", genres=("Horror",)))
    passed = tx.films.add(make.film("passed"))
    free = tx.films.add(make.film("free"))
    tx.feedback.add(make.feedback(FeedbackKind.PASSED, "passed", "fr", "buyer"))
    profile = replace(tx.distributors.get("fr"), genres_never=("Horror",))
    films = [tx.films.get("film"), horror, passed, free]

    def denied(right: MediaRight) -> dict[str, str]:
        found = suggestion_denials(tx, profile, films, right, None, make.NOON, settings)
        return {film_id: why.text for film_id, why in found.items()}

    assert set(denied(THEATRICAL)) == {"horror", "passed"}
    assert denied(MediaRight.SVOD)["film"] == "svod in FR is not recorded as held"
