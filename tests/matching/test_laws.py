"""Laws of a matcher with changes."""

from __future__ import annotations

from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.matching.changes import Changes
from recommender.matching.matcher import Matcher
from tests.matching.tasteful import (
    answers,
    changes,
    distributor_row,
    film_of,
    film_row,
    signed,
    stored_film,
)
from tests.tastes import WORDS

NEW = film_row("new-western", WORDS["Western"], genres="Western", countries="US", directors="Western Hand 1")
NEWCOMER = distributor_row("fr-newcomer", WORDS["Musical"])

EVENTS = (
    changes(films=[NEW]),
    changes(films=[NEW], deals=[signed("new-western", "us-western")]),
    changes(films=[stored_film("drama-2019-0", synopsis=WORDS["Crime"], genres="Crime")]),
    changes(films=[stored_film("horror-2017-0", synopsis=WORDS["Family"], title="Kinder")]),
    changes(removed_films=["western-2018-1"]),
    changes(removed_films=["new-western", "western-2017-0"]),
    changes(distributors=[NEWCOMER]),
    changes(distributors=[distributor_row("fr-novice", WORDS["Drama"])]),
    changes(
        distributors=[distributor_row("us-western", "", name="The West"), distributor_row("de-first", "duel")]
    ),
    changes(removed_distributors=["us-horror", "fr-newcomer"]),
    changes(deals=[signed("drama-2019-0", "us-drama"), signed("horror-2019-0", "us-asleep", "")]),
    changes(deals=[signed("musical-2019-0", "kr-musical", private="1")]),
    changes(deals=[{**signed("drama-2017-0", "fr-drama"), "private": "1"}]),
    changes(removed_deals=["drama-2019-0/us-drama", "crime-2017-0/fr-crime"]),
)

events = st.lists(st.sampled_from(EVENTS), max_size=5)


def together(some: list[Changes]) -> Changes:
    return reduce(Changes.then, some, Changes.of())


def test_no_change_changes_no_answer(tastes: Matcher) -> None:
    assert answers(tastes.with_changes(Changes.of())) == answers(tastes)


@settings(max_examples=12, deadline=None)
@given(events, events)
def test_changes_in_turn_are_their_union(
    tastes: Matcher, first: list[Changes], second: list[Changes]
) -> None:
    in_turn = tastes.with_changes(together(first))
    answers(in_turn)
    in_turn = in_turn.with_changes(together(second))
    assert answers(in_turn) == answers(tastes.with_changes(together(first + second)))


@settings(max_examples=6, deadline=None)
@given(events)
def test_a_matcher_stays_as_it_was_when_another_is_made_of_it(tastes: Matcher, some: list[Changes]) -> None:
    before = answers(tastes)
    answers(tastes.with_changes(together(some)))
    assert answers(tastes) == before


@pytest.mark.parametrize("event", EVENTS)
def test_the_same_change_again_changes_nothing(tastes: Matcher, event: Changes) -> None:
    once = tastes.with_changes(event)
    assert answers(once.with_changes(event)) == answers(once)


@settings(max_examples=6, deadline=None)
@given(st.permutations(range(3)), st.permutations(range(3)), st.permutations(range(2)))
def test_the_order_of_rows_changes_nothing(
    tastes: Matcher, films: list[int], distributors: list[int], deals: list[int]
) -> None:
    rows = (
        [NEW, stored_film("drama-2019-0", genres="War"), film_row("a-first", "duel dust")],
        [NEWCOMER, distributor_row("us-zebra", "dust"), distributor_row("fr-novice", "scream")],
        [signed("new-western", "us-zebra"), signed("a-first", "fr-newcomer")],
    )
    turned = [
        [table[i] for i in order] for table, order in zip(rows, (films, distributors, deals), strict=True)
    ]
    assert answers(tastes.with_changes(changes(*turned))) == answers(tastes.with_changes(changes(*rows)))


words = st.lists(st.sampled_from(" ".join(WORDS.values()).split()), max_size=8).map(" ".join)
names = st.sampled_from(("", "Drama", "Western|Drama", "Unheard of"))
described = st.builds(
    film_row,
    st.just("new"),
    words,
    year=st.sampled_from(("2018", "2019", "")),
    genres=names,
    countries=st.sampled_from(("", "US", "FR|IT")),
    directors=st.sampled_from(("", "Western Hand 1", "Nobody")),
)


@settings(max_examples=25, deadline=None)
@given(described, st.sampled_from(("FR", "KR", "US")))
def test_an_added_film_is_answered_like_the_same_film_described(
    tastes: Matcher, row: dict[str, str], territory: str
) -> None:
    added = tastes.with_changes(changes(films=[row]))
    by_id = added.match_film("new", territory, k=100)
    assert by_id == added.match_film(film_of(row), territory, k=100)
    assert by_id == tastes.match_film(film_of(row), territory, k=100)
    _, chances = added.probabilities(["new"], territory)
    expected = sorted(match.probability for match in by_id.matches)
    np.testing.assert_allclose(np.sort(chances[0]), expected, rtol=1e-5)
