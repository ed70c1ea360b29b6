"""Held minus sold: known answers by construction, and laws against a count of single days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.avails import AvailStatus, Question, avail, by_cell, covers_language, said, seen_by
from service.domain.rights import RightsGrant, Window
from service.domain.words import MediaRight
from tests.service import make

TODAY = date(2026, 11, 20)
FRESH = date(2026, 11, 1)
FIRST = date(2026, 11, 15)
DAYS = 12
LANGUAGES = ["fr", "pt", "pt-BR"]
ASKED = Question(TODAY)
RANK = {
    AvailStatus.AVAILABLE: 2,
    AvailStatus.PARTLY: 1,
    AvailStatus.HELD_BACK: 1,
    AvailStatus.SOLD: 0,
    AvailStatus.UNKNOWN: 0,
    AvailStatus.STALE: 0,
}


def held(**fields: object) -> RightsGrant:
    return make.held("film", "agent", **{"confirmed_on": FRESH, **fields})


def sold(**fields: object) -> RightsGrant:
    return make.sold("film", "agent", "buyer", **fields)


def test_what_is_held_and_not_sold_is_available() -> None:
    found = avail([held()], ASKED)
    assert found.status is AvailStatus.AVAILABLE
    assert found.free == (Window(TODAY, date(2039, 12, 31)),)
    assert found.exclusive
    assert found.confirmed_on == FRESH


def test_what_nobody_recorded_is_unknown_and_never_available() -> None:
    assert avail([], ASKED).status is AvailStatus.UNKNOWN
    assert avail([held(window=make.years(2020, 2025))], ASKED).status is AvailStatus.UNKNOWN


@pytest.mark.parametrize("confirmed_on", [None, TODAY - timedelta(days=181)])
def test_what_was_not_confirmed_for_too_long_is_stale(confirmed_on: date | None) -> None:
    found = avail([held(confirmed_on=confirmed_on)], ASKED)
    assert (found.status, found.free, found.confirmed_on) == (AvailStatus.STALE, (), confirmed_on)


def test_the_last_day_of_a_confirmation_still_counts() -> None:
    assert avail([held(confirmed_on=TODAY - timedelta(days=180))], ASKED).status is AvailStatus.AVAILABLE


def test_what_is_sold_for_all_that_is_held_is_sold() -> None:
    found = avail([held(), sold(window=make.years(2026, 2039))], ASKED)
    assert (found.status, found.until) == (AvailStatus.SOLD, date(2039, 12, 31))
    assert said(found, ("FR", MediaRight.SVOD)) == "svod in FR is sold until 2039-12-31"


def test_what_is_sold_for_some_years_is_partly_free() -> None:
    found = avail([held(), sold()], ASKED)
    assert found.status is AvailStatus.PARTLY
    assert found.free == (make.years(2031, 2039),)
    assert "free from 2031-01-01 to 2039-12-31" in said(found, ("FR", MediaRight.SVOD))


def test_a_window_is_asked_for_by_itself() -> None:
    grants = [held(), sold()]
    assert avail(grants, replace(ASKED, window=make.years(2027, 2028))).status is AvailStatus.SOLD
    assert avail(grants, replace(ASKED, window=make.years(2031, 2035))).status is AvailStatus.AVAILABLE
    assert avail(grants, replace(ASKED, window=make.years(2030, 2035))).status is AvailStatus.PARTLY
    assert avail(grants, replace(ASKED, window=make.years(2039, 2040))).status is AvailStatus.PARTLY
    assert avail(grants, replace(ASKED, window=make.years(2040, 2041))).status is AvailStatus.UNKNOWN


def test_a_window_without_a_start_starts_on_the_day_asked() -> None:
    found = avail([held()], replace(ASKED, window=Window(None, date(2027, 1, 1))))
    assert found.free == (Window(TODAY, date(2027, 1, 1)),)


def test_a_language_is_asked_for_by_itself() -> None:
    grants = [held(), sold(languages=("pt",), window=make.years(2026, 2039))]
    assert avail(grants, replace(ASKED, language="pt-BR")).status is AvailStatus.SOLD
    assert avail(grants, replace(ASKED, language="fr")).status is AvailStatus.AVAILABLE
    assert avail(grants, ASKED).status is AvailStatus.PARTLY
    assert avail([held(languages=("fr",))], replace(ASKED, language="de")).status is AvailStatus.UNKNOWN


def test_a_language_whose_variant_is_sold_is_partly_free() -> None:
    grants = [held(), sold(languages=("pt-BR",), window=make.years(2026, 2039))]
    assert avail(grants, replace(ASKED, language="pt")).status is AvailStatus.PARTLY


def test_a_language_of_which_only_a_variant_is_held_is_partly_free() -> None:
    found = avail([held(languages=("fr-CA",))], replace(ASKED, language="fr"))
    assert (found.status, found.free) == (AvailStatus.PARTLY, (Window(TODAY, date(2039, 12, 31)),))
    assert (
        avail([held(languages=("fr-CA",))], replace(ASKED, language="fr-CA")).status is AvailStatus.AVAILABLE
    )
    assert avail([held(languages=("fr-CA",))], ASKED).status is AvailStatus.AVAILABLE


def test_others_learn_that_a_right_is_sold_but_not_for_how_long() -> None:
    grants = [held(), sold()]
    for window in (None, make.years(2027, 2028)):
        question = replace(ASKED, window=window)
        whole, found = avail(grants, question), seen_by({"rival"}, grants, question)
        assert found.status is whole.status
        assert (found.free, found.until) == ((), None)
        assert not any(year in said(found, ("FR", MediaRight.SVOD)) for year in ("2030", "2031"))
        assert seen_by({"rival", "buyer"}, grants, question) == whole


def test_others_learn_what_no_sale_changes_and_until_when_it_is_held_back() -> None:
    later = replace(ASKED, window=make.years(2031, 2035))
    assert seen_by((), [held(), sold()], later) == avail([held(), sold()], later)
    grants = [held(holdback_until=date(2028, 1, 1)), sold(window=make.years(2030, 2039))]
    barred = seen_by((), grants, replace(ASKED, window=make.years(2026, 2027)))
    assert (barred.status, barred.until) == (AvailStatus.HELD_BACK, date(2027, 12, 31))


def test_a_holdback_bars_until_its_day() -> None:
    found = avail([held(holdback_until=date(2027, 7, 1))], ASKED)
    assert (found.status, found.until) == (AvailStatus.HELD_BACK, date(2027, 6, 30))
    assert found.free == (Window(date(2027, 7, 1), date(2039, 12, 31)),)
    assert said(found, ("FR", MediaRight.SVOD)) == "svod in FR is held back until 2027-06-30"
    assert avail([held(holdback_until=TODAY)], ASKED).status is AvailStatus.AVAILABLE
    barred = avail([held(holdback_until=date(2030, 1, 1))], replace(ASKED, window=make.years(2027, 2028)))
    assert (barred.status, barred.free) == (AvailStatus.HELD_BACK, ())


def test_a_sale_that_is_not_exclusive_leaves_the_same_kind() -> None:
    found = avail([held(), sold(exclusive=False, window=make.years(2026, 2039))], ASKED)
    assert (found.status, found.exclusive) == (AvailStatus.PARTLY, False)
    assert "not all of it exclusively" in said(found, ("FR", MediaRight.SVOD))
    shared = avail([held(exclusive=False)], ASKED)
    assert (shared.status, shared.exclusive) == (AvailStatus.AVAILABLE, False)


@pytest.mark.parametrize(
    ("confirmed_on", "words"),
    [(None, "never confirmed"), (date(2026, 1, 2), "last confirmed on 2026-01-02")],
)
def test_the_words_for_stale_rights_say_since_when(confirmed_on: date | None, words: str) -> None:
    assert words in said(avail([held(confirmed_on=confirmed_on)], ASKED), ("FR", MediaRight.SVOD))


def test_rights_without_end_are_free_without_end() -> None:
    found = avail([held(window=Window())], ASKED)
    assert found.free == (Window(TODAY, None),)
    assert said(avail([held(window=Window()), sold()], ASKED), ("FR", MediaRight.SVOD)).endswith(
        "from 2031-01-01 without end"
    )


def _window(one: date | None, other: date | None) -> Window:
    return Window(min(one, other), max(one, other)) if one and other else Window(one, other)


def _windows() -> st.SearchStrategy[Window]:
    day = st.integers(0, DAYS - 1).map(lambda number: FIRST + timedelta(days=number))
    return st.builds(_window, st.none() | day, st.none() | day)


def _languages() -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(LANGUAGES), max_size=2, unique=True).map(tuple)


HELD = st.builds(
    held,
    window=_windows(),
    languages=_languages(),
    exclusive=st.booleans(),
    confirmed_on=st.sampled_from([None, FRESH, date(2025, 1, 1)]),
    holdback_until=st.none() | st.integers(0, DAYS).map(lambda number: FIRST + timedelta(days=number)),
)
SOLD = st.builds(sold, window=_windows(), languages=_languages(), exclusive=st.booleans())
GRANTS = st.tuples(st.lists(HELD, max_size=3), st.lists(SOLD, max_size=3)).map(
    lambda both: [*both[0], *both[1]]
)
QUESTIONS = st.builds(
    Question, st.just(TODAY), window=st.none() | _windows(), language=st.sampled_from(["", *LANGUAGES])
)


def _days(windows: tuple[Window, ...]) -> set[date]:
    days = [TODAY + timedelta(days=number) for number in range(-DAYS, 3 * DAYS)]
    return {day for day in days if any(day in window for window in windows)}


def _free_on(grants: list[RightsGrant], day: date, language: str) -> bool:
    here = [grant for grant in grants if day in grant.window and covers_language(grant.languages, language)]
    usable = any(
        grant.licensee_id is None
        and grant.confirmed_on == FRESH
        and (grant.holdback_until is None or day >= grant.holdback_until)
        for grant in here
    )
    return usable and not any(grant.licensee_id is not None and grant.exclusive for grant in here)


@given(GRANTS, QUESTIONS)
def test_free_is_each_day_on_which_some_language_is_usable_and_unsold(
    grants: list[RightsGrant], question: Question
) -> None:
    asked = question.window or Window()
    first = asked.starts_on or TODAY
    spoken = {"": ["xx", *LANGUAGES], "pt": ["pt", "pt-BR"]}.get(question.language, [question.language])
    expected = {
        day
        for day in _days((Window(first, asked.ends_on),))
        if any(_free_on(grants, day, language) for language in spoken)
    }
    assert _days(avail(grants, question).free) == expected


@given(GRANTS, SOLD, QUESTIONS)
def test_a_further_sale_never_makes_anything_more_available(
    grants: list[RightsGrant], sale: RightsGrant, question: Question
) -> None:
    before, after = avail(grants, question), avail([*grants, sale], question)
    assert _days(after.free) <= _days(before.free)
    assert RANK[after.status] <= RANK[before.status]
    assert before.exclusive or not after.exclusive


@given(GRANTS, HELD | SOLD)
def test_what_has_ended_changes_nothing(grants: list[RightsGrant], ended: RightsGrant) -> None:
    over = replace(ended, window=Window(None, TODAY - timedelta(days=1)))
    assert avail([*grants, over], ASKED) == avail(grants, ASKED)


@given(GRANTS, QUESTIONS)
def test_available_and_partly_always_say_when_and_the_rest_never_do(
    grants: list[RightsGrant], question: Question
) -> None:
    found = avail(grants, question)
    if found.status in (AvailStatus.AVAILABLE, AvailStatus.PARTLY):
        assert found.free
    if found.status in (AvailStatus.SOLD, AvailStatus.UNKNOWN, AvailStatus.STALE):
        assert not found.free
    assert said(found, ("FR", MediaRight.SVOD))


@given(st.lists(HELD, min_size=1, max_size=3), QUESTIONS)
def test_nothing_is_free_that_nobody_confirmed(grants: list[RightsGrant], question: Question) -> None:
    stale = [replace(grant, confirmed_on=None) for grant in grants]
    assert avail(stale, question).status in (AvailStatus.STALE, AvailStatus.UNKNOWN)


def test_cells_are_told_apart_by_territory_and_right() -> None:
    grants = [held(), held(territory="DE"), held(media_right=MediaRight.SVOD), sold()]
    cells = by_cell(grants)
    assert {cell: len(rows) for cell, rows in cells.items()} == {
        ("FR", MediaRight.THEATRICAL): 2,
        ("DE", MediaRight.THEATRICAL): 1,
        ("FR", MediaRight.SVOD): 1,
    }
