"""Nothing that is told may tell of a private deal, neither in words nor by a figure that it moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.market.domain import Comparable, Match
from recommender.matching.matcher import Matcher
from tests.matching.tasteful import (
    FILMS,
    MIXED,
    answers,
    by_company,
    changes,
    distributor_row,
    film_of,
    matcher_of,
    packed_tastes,
    signed,
    stored_film,
)
from tests.tastes import TERRITORIES, WordEncoder

Told = dict[str, object]


def with_deals(change: str, rows: list[int]) -> Matcher:
    """The learnt matcher with some deals `private`, or as if they had never been (`dropped`) in its tables."""
    contents = packed_tastes()
    deals = contents.tables["deals"]
    if change == "private":
        deals = deals.assign(private=deals.index.isin(rows))
    else:
        deals = deals.drop(index=rows).reset_index(drop=True)
    return matcher_of(replace(contents, tables={**contents.tables, "deals": deals}))


def past(comparables: tuple[Comparable, ...]) -> list[tuple[object, ...]]:
    return [(c.film_id, c.distributor_id, c.release_date, c.outcome_percentile) for c in comparables]


def told_of(match: Match) -> Told:
    reasons = {
        reason.group: (reason.text, reason.facts, round(reason.log_odds, 6), past(reason.comparables))
        for reason in match.reasons
    }
    figures = [match.probability, match.log_odds, match.base_log_odds, match.score]
    return {
        **reasons,
        "comparables": past(match.comparables),
        "outlook": match.outlook,
        "name": match.name,
        "figures": [match.rank, *(round(figure, 6) for figure in figures)],
    }


def everything_told(matcher: Matcher) -> Told:
    told: Told = {}
    for film in (film_of(MIXED), *FILMS):
        for territory in TERRITORIES:
            found = matcher.match_film(film, territory, k=100)
            told |= {f"{film} {match.distributor_id}": told_of(match) for match in found.matches}
            told[f"{film} {territory}"] = (found.eligible, found.sold)
    for film in FILMS:
        for like in matcher.similar_films(film, k=200):
            told[f"{film} like {like.film_id}"] = past(like.deals)
    return told


def french() -> list[int]:
    """Rows of the deals in France."""
    deals = packed_tastes().tables["deals"]
    return [int(row) for row in deals.index[deals["territory"] == "FR"]]


@settings(max_examples=8, deadline=None)
@given(st.sets(st.integers(0, 127), min_size=1, max_size=20))
def test_what_is_told_is_as_if_private_deals_had_never_been(places: set[int]) -> None:
    rows = [french()[place] for place in sorted(places)]
    assert everything_told(with_deals("private", rows)) == everything_told(with_deals("dropped", rows))


def test_all_deals_of_a_distributor_can_be_private() -> None:
    deals = packed_tastes().tables["deals"]
    rows = deals.index[deals["distributor_id"] == "fr-western"].to_list()
    matcher = with_deals("private", rows)
    assert everything_told(matcher) == everything_told(with_deals("dropped", rows))
    assert "fr-western" not in by_company(matcher, "western-2018-1", "FR")


def test_of_one_with_private_releases_alone_only_the_brief_is_told() -> None:
    deals = packed_tastes().tables["deals"]
    rows = deals.index[deals["distributor_id"] == "us-asleep"].to_list()
    film = stored_film("horror-2019-0")["synopsis"]
    brief = f"{film.split()[0]} cake lawyer"
    awake = changes(distributors=[distributor_row("us-asleep", brief)])
    secret, none = (with_deals(change, rows).with_changes(awake) for change in ("private", "dropped"))
    told, expected = (
        {
            reason.group: reason.text
            for match in asked.match_film("horror-2019-0", "US", k=100).matches
            for reason in match.reasons
            if match.distributor_id == "us-asleep" and reason.group != "pattern"
        }
        for asked in (secret, none)
    )
    assert told == expected
    one, other = WordEncoder().encode([film, brief])
    assert told["likeness"].startswith(f"its brief and the synopsis have a similarity of {one @ other:.2f}")
    assert one @ other > 0.1
    assert told["activity"] == "no release so far"


def test_a_film_sold_privately_is_only_said_not_to_be_available() -> None:
    deals = packed_tastes().tables["deals"]
    row = int(deals.index[deals["territory"] == "FR"][-1])
    film, buyer, day = (deals.at[row, name] for name in ("film_id", "distributor_id", "release_date"))
    matcher = with_deals("private", [row])
    assert str(matcher.match_film(film, "FR").sold) == "the film is not available in FR"
    assert not matcher.probabilities([film], "FR")[1].any()
    elsewhere = str([matcher.match_film(film, territory) for territory in ("FR", "KR", "US")])
    assert buyer not in elsewhere
    assert str(day.date()) not in elsewhere


def test_of_a_public_and_a_private_sale_the_public_one_is_told(tastes: Matcher) -> None:
    deals = [
        signed("drama-2019-0", "fr-drama", deal_id="a", private="1"),
        signed("drama-2019-0", "fr-war", deal_id="b"),
    ]
    sold = str(tastes.with_changes(changes(deals=deals)).match_film("drama-2019-0", "FR").sold)
    assert sold == "the film is sold in FR to fr-war, to be released on 2019-05-01"


@pytest.mark.parametrize("public", [[], [signed("mixed", "kr-drama")]], ids=["alone", "beside a public one"])
def test_a_private_buyer_elsewhere_moves_no_figure(tastes: Matcher, public: list[dict[str, str]]) -> None:
    announced = tastes.with_changes(changes(films=[MIXED], deals=public))
    secret = announced.with_changes(changes(deals=[signed("mixed", "us-drama", private="1")]))
    assert by_company(secret, "mixed", "FR") == by_company(announced, "mixed", "FR")
    assert everything_told(secret) == everything_told(announced)


def test_a_public_buyer_elsewhere_counts(tastes: Matcher) -> None:
    announced = tastes.with_changes(changes(films=[MIXED]))
    known = announced.with_changes(changes(deals=[signed("mixed", "us-drama")]))
    assert by_company(known, "mixed", "FR") != by_company(announced, "mixed", "FR")


def test_a_deal_can_become_private_and_public_again(tastes: Matcher) -> None:
    last = french()[-1]
    row = packed_tastes().tables["deals"].iloc[[last]]
    hidden = tastes.with_changes(changes(deals=_text(row, private="1")))
    assert everything_told(hidden) == everything_told(with_deals("dropped", [last]))
    shown = hidden.with_changes(changes(deals=_text(row, private="0")))
    assert answers(shown) == answers(tastes)


def test_since_when_a_distributor_is_inactive_is_not_told_of_a_private_deal() -> None:
    deals = packed_tastes().tables["deals"]
    asleep = deals.index[deals["distributor_id"] == "us-asleep"].to_list()
    with pytest.raises(Exception, match="the last on 2010-06-30"):
        with_deals("public", []).suggest_films("us-asleep")
    with pytest.raises(Exception, match="has no deal in US before 2018-01-01 and no brief"):
        with_deals("private", asleep).suggest_films("us-asleep")


def test_reasons_add_up_with_private_deals_too(tastes: Matcher) -> None:
    secret = changes(films=[MIXED], deals=[signed("mixed", "us-drama", private="1")])
    for match in tastes.with_changes(secret).match_film("mixed", "FR", k=100).matches:
        total = match.base_log_odds + sum(reason.log_odds for reason in match.reasons)
        assert total == pytest.approx(match.log_odds, abs=1e-9)


def test_a_suggestion_tells_no_more_than_a_match() -> None:
    rows = french()[-10:]
    secret, none = with_deals("private", rows), with_deals("dropped", rows)
    told = {
        match.film_id: told_of(match)
        for match in secret.suggest_films("fr-drama", k=100, since=date(2018, 1, 1))
    }
    expected = {
        match.film_id: told_of(match)
        for match in none.suggest_films("fr-drama", k=100, since=date(2018, 1, 1))
        if match.film_id in told
    }
    assert told == expected


def _text(deals: pd.DataFrame, private: str) -> list[dict[str, str]]:
    row = deals.assign(release_date=deals["release_date"].dt.strftime("%Y-%m-%d"), in_house="0").iloc[0]
    plain = {name: "" if value != value else str(value) for name, value in row.items()}
    return [{**plain, "private": private}]
