"""Many films asked about together: the same answers as one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from recommender.errors import QueryError, UnknownIdError
from recommender.market import Market
from recommender.market.domain import Distributor, Match
from recommender.matching.matcher import Matcher
from recommender.matching.questions import KEPT_FILMS
from tests.matching.sample import NEW_FILM
from tests.tastes import WORDS


def test_probabilities_of_many_films_are_those_of_each_match(matcher: Matcher, market: Market) -> None:
    films = ("f250", NEW_FILM, "f228", NEW_FILM)
    companies, chances = matcher.probabilities(films, "FR")
    assert chances.shape == (4, len(companies))
    for film, row in zip(films, chances, strict=True):
        matches = matcher.match_film(film, "FR", k=1000).matches
        mine = {match.distributor_id: match.probability for match in matches}
        assert mine == pytest.approx(dict(zip(companies, row, strict=True)) if mine else {}, rel=1e-5)
        assert mine or not row.any()


def test_a_film_sold_in_the_territory_has_probability_zero_there(matcher: Matcher, market: Market) -> None:
    sold = market.deals["film_id"][market.deals["territory"] == "FR"].iloc[0]
    _, chances = matcher.probabilities((sold, NEW_FILM), "FR")
    assert not chances[0].any()
    assert chances[1].all()


def test_many_films_are_matched_as_one_by_one(matcher: Matcher, market: Market) -> None:
    films = [*market.films["film_id"][-60:], NEW_FILM]
    for territory in ("FR", "US"):
        together = matcher.match_films(films, territory, k=3)
        alone = [matcher.match_film(film, territory, k=3) for film in films]
        for many, one in zip(together, alone, strict=True):
            assert (many.sold, many.eligible) == (one.sold, one.eligible)
            assert [facts_of(match) for match in many.matches] == [facts_of(match) for match in one.matches]
            np.testing.assert_allclose(
                [match.probability for match in many.matches],
                [match.probability for match in one.matches],
                rtol=1e-5,
            )


def facts_of(match: Match) -> tuple[object, ...]:
    texts = {reason.group: reason.text for reason in match.reasons}
    return match.distributor_id, match.film_id, match.rank, texts, match.outlook


def test_what_films_are_like_is_kept_for_a_few_of_them(matcher: Matcher, market: Market) -> None:
    films = list(market.films["film_id"][-KEPT_FILMS - 4 :])
    first = [matcher.match_film(film, "FR", k=2) for film in films]
    assert len(matcher._films._films) == KEPT_FILMS
    assert first == [matcher.match_film(film, "FR", k=2) for film in films]


def test_no_films_have_no_matches(matcher: Matcher) -> None:
    assert matcher.match_films([], "FR") == ()


def test_of_many_films_an_unknown_one_is_named(matcher: Matcher) -> None:
    with pytest.raises(UnknownIdError, match="nowhere"):
        matcher.match_films([NEW_FILM, "nowhere"], "FR")


def test_probabilities_of_no_film_are_an_empty_matrix(matcher: Matcher) -> None:
    companies, chances = matcher.probabilities((), "FR")
    assert companies
    assert chances.shape == (0, len(companies))


def test_suggestions_are_films_on_offer_that_are_not_released_there(matcher: Matcher, market: Market) -> None:
    suggested = matcher.suggest_films("us-slow-ferry", k=20)
    released = set(market.deals["film_id"][market.deals["territory"] == "US"])
    assert suggested
    assert not released & {match.film_id for match in suggested}
    chances = [match.probability for match in suggested]
    assert chances == sorted(chances, reverse=True)


def test_a_suggestion_says_what_the_match_of_the_film_says(matcher: Matcher) -> None:
    suggestion = matcher.suggest_films("us-slow-ferry", k=1)[0]
    matches = matcher.match_film(suggestion.film_id, "US", k=100).matches
    match = next(match for match in matches if match.distributor_id == "us-slow-ferry")
    assert match.probability == pytest.approx(suggestion.probability, rel=1e-5)
    assert [reason.text for reason in match.reasons] == [reason.text for reason in suggestion.reasons]


def test_since_limits_suggestions_to_films_of_that_year_or_later(matcher: Matcher, market: Market) -> None:
    suggested = matcher.suggest_films("us-slow-ferry", k=500, since=date(2026, 1, 1))
    assert {market.film(match.film_id).year for match in suggested} == {2026}


def test_only_films_on_offer_that_are_not_hidden_are_suggested(matcher: Matcher, market: Market) -> None:
    old = market.films["film_id"][market.films["year"] < 2016]
    sold = market.deals["film_id"][market.deals["territory"] == "US"]
    offered = [NEW_FILM, "f250", "nobody knows it", *old[~old.isin(sold)][:3]]
    suggested = matcher.suggest_films("us-slow-ferry", among=frozenset(offered))
    assert {match.film_id for match in suggested} == set(offered) - {"nobody knows it"}
    shown = matcher.suggest_films(
        "us-slow-ferry",
        among=frozenset(offered),
        hidden=frozenset({"f250", "nor this"}),
        since=date(2026, 1, 1),
    )
    assert [match.film_id for match in shown] == [NEW_FILM]
    assert matcher.suggest_films("us-slow-ferry", among=frozenset()) == ()


def test_deals_that_are_beside_the_question_make_no_film_sold(matcher: Matcher, market: Market) -> None:
    here = market.deals[market.deals["territory"] == "US"]
    sold = here["film_id"].iloc[0]
    asked = matcher.disregarding(frozenset(here["deal_id"][here["film_id"] == sold]))
    assert [match.film_id for match in asked.suggest_films("us-slow-ferry", among=frozenset({sold}))] == [
        sold
    ]
    assert asked.match_film(sold, "US").sold is None
    assert (asked.probabilities((sold,), "US")[1] > 0).any()
    assert asked.match_film(sold, "US").matches == asked.match_films([sold], "US")[0].matches
    assert matcher.match_film(sold, "US").sold


def test_a_sold_film_is_not_suggested_though_it_is_on_offer(matcher: Matcher, market: Market) -> None:
    sold = market.deals["film_id"][market.deals["territory"] == "US"].iloc[0]
    assert matcher.suggest_films("us-slow-ferry", among=frozenset({sold})) == ()


@pytest.mark.parametrize("k", [1, 4, 20])
def test_a_longer_list_of_suggestions_begins_with_the_shorter_one(matcher: Matcher, k: int) -> None:
    everything = matcher.suggest_films("us-slow-ferry", k=1000)
    shorter = matcher.suggest_films("us-slow-ferry", k=k)
    assert [match.film_id for match in shorter] == [match.film_id for match in everything[:k]]


def test_a_major_is_not_suggested_films_and_is_told_why(matcher: Matcher, market: Market) -> None:
    major = market.distributors["distributor_id"][market.distributors["kind"] == "major"].iloc[0]
    with pytest.raises(QueryError, match="not an independent distributor"):
        matcher.suggest_films(major)


def test_ranking_all_films_on_offer_says_what_the_suggestions_say(matcher: Matcher) -> None:
    ranked = matcher.rank_films("us-slow-ferry")
    suggested = matcher.suggest_films("us-slow-ferry", k=len(ranked))
    assert [film_id for film_id, _ in ranked] == [match.film_id for match in suggested]
    assert [chance for _, chance in ranked] == pytest.approx([one.probability for one in suggested], rel=1e-5)


def test_another_brief_is_asked_as_if_it_were_stored_and_nothing_stays_of_it(
    tastes: Matcher,
) -> None:
    before = tastes.rank_films("fr-novice")
    novice = Distributor("fr-novice", "Fr-Novice", "FR", "independent", brief=WORDS["Horror"])
    after = tastes.with_profile(novice).rank_films("fr-novice")
    # A newcomer's chances are near each other: which film is first, rounding decides.
    assert _place(before, "western") <= _place(after, "western")
    assert _place(after, "horror") < _place(before, "horror")
    assert tastes.rank_films("fr-novice") == before


def _place(ranked: Sequence[tuple[str, float]], genre: str) -> float:
    """Where films of a genre stand on average, from 0."""
    return float(np.mean([place for place, (film, _) in enumerate(ranked) if film.startswith(genre)]))


def test_vectors_are_told_of_the_films_that_are_known(tastes: Matcher) -> None:
    films, vectors = tastes.film_vectors(["horror-2019-0", "nowhere", "horror-2018-0", "drama-2019-0"])
    assert films == ("horror-2019-0", "horror-2018-0", "drama-2019-0")
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]
