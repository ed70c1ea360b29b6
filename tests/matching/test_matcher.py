from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import BundleError, QueryError, UnknownIdError
from recommender.market import Market, market_from_frames
from recommender.market.domain import Denied, Film
from recommender.market.eligibility import NOT_TO_ASK
from recommender.matching.matcher import Excluded, Matcher
from recommender.matching.train import Trained, train
from tests.hash_encoder import HashEncoder
from tests.matching.sample import NEW_FILM, published

NEW_COMPANY = "us-halfmoon-matinee"
NO_RIGHT = Denied("right", "has no cinema right left")


def film_like(market: Market, film_id: str, **changes: object) -> Film:
    return replace(market.film(film_id), **{"film_id": "new", **changes})  # type: ignore[arg-type]


def test_the_same_data_and_seed_give_the_same_bundle(
    market: Market, trained: Trained, tmp_path: Path
) -> None:
    again = train(market, None, HashEncoder())
    first = published(tmp_path / "a", trained)
    second = published(tmp_path / "b", again)
    names = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(second) for path in second.rglob("*") if path.is_file())
    changed = [str(name) for name in names if (first / name).read_bytes() != (second / name).read_bytes()]
    assert all(name.endswith("manifest.json") for name in changed)


def test_a_matcher_says_which_bundle_it_is_and_of_which_day(matcher: Matcher, trained: Trained) -> None:
    assert matcher.until == trained.until
    assert matcher.version.startswith(f"{trained.until:%Y%m%d}-")
    assert len(matcher.changes) == 0


def test_a_bundle_keeps_no_synopsis(trained: Trained) -> None:
    assert not trained.contents.tables["films"]["synopsis"].str.len().any()


def test_the_parts_and_the_base_add_up_to_the_log_odds(matcher: Matcher, market: Market) -> None:
    for territory in ("FR", "US", "KR"):
        for match in matcher.match_film(NEW_FILM, territory, k=100).matches:
            total = match.base_log_odds + sum(reason.log_odds for reason in match.reasons)
            assert total == pytest.approx(match.log_odds, abs=1e-9)
            assert match.probability == pytest.approx(1 / (1 + np.exp(-match.log_odds)), abs=1e-9)


def test_matches_are_ranked_by_probability_and_those_of_a_pool_sum_to_the_buyers_a_film_finds(
    matcher: Matcher,
) -> None:
    found = matcher.match_film(NEW_FILM, "FR", k=100)
    chances = [match.probability for match in found.matches]
    assert chances == sorted(chances, reverse=True)
    assert [match.rank for match in found.matches] == list(range(1, found.eligible + 1))
    assert 0.5 < sum(chances) < 1.5


def test_only_independents_of_the_territory_are_matched(matcher: Matcher, market: Market) -> None:
    found = matcher.match_film(NEW_FILM, "GB", k=100).matches
    companies = [market.distributor(match.distributor_id) for match in found]
    assert {(company.territory, company.kind) for company in companies} == {("GB", "independent")}


def test_the_reasons_tell_what_can_be_counted(matcher: Matcher, market: Market) -> None:
    best = matcher.match_film(NEW_FILM, "FR").matches[0]
    mine = market.deals[market.deals["distributor_id"] == best.distributor_id]
    activity = next(reason.text for reason in best.reasons if reason.group == "activity")
    assert f"of {mine['film_id'].nunique()} in all" in activity
    assert activity.endswith(f"the last on {mine['release_date'].max().date()}")
    assert all(
        past.distributor_id == best.distributor_id and past.film_id in set(mine["film_id"])
        for reason in best.reasons
        for past in reason.comparables
    )


def test_the_director_s_distributor_gets_the_director_as_a_reason(matcher: Matcher, market: Market) -> None:
    deals = market.deals[(market.deals["territory"] == "FR") & (market.deals["role"] == "distributor")]
    kinds = dict(zip(market.distributors["distributor_id"], market.distributors["kind"], strict=True))
    for deal in deals.sort_values("release_date", ascending=False).itertuples():
        directors = market.film(deal.film_id).directors
        if directors and kinds[deal.distributor_id] == "independent":
            break
    film = film_like(market, deal.film_id, title="Again", cast=())
    match = next(
        match
        for match in matcher.match_film(film, "FR", k=100).matches
        if match.distributor_id == deal.distributor_id
    )
    people = next(reason for reason in match.reasons if reason.group == "people")
    assert directors[0] in people.text
    assert people.log_odds > 0
    assert deal.film_id in {past.film_id for past in people.comparables}


def test_a_film_sold_in_a_territory_is_matched_with_nobody_there(matcher: Matcher, market: Market) -> None:
    deal = market.deals.iloc[0]
    found = matcher.match_film(deal["film_id"], deal["territory"])
    assert found.matches == ()
    assert deal["distributor_id"] in str(found.sold)
    assert str(deal["release_date"].date()) in str(found.sold)


def test_a_film_sold_everywhere_is_matched_with_nobody_anywhere(market: Market, tmp_path: Path) -> None:
    film = market.deals["film_id"].value_counts().index[0]
    everywhere = set(market.distributors["territory"])
    sold = set(market.deals["territory"][market.deals["film_id"] == film])
    rest = market.distributors[market.distributors["territory"].isin(everywhere - sold)]
    deals = market.deals.copy()
    for number, company in enumerate(rest.drop_duplicates("territory").itertuples()):
        deal = deals.iloc[0].copy()
        deal[["deal_id", "film_id", "distributor_id", "territory"]] = [
            f"sold{number}", film, company.distributor_id, company.territory,
        ]  # fmt: skip
        deals.loc[len(deals)] = deal
    sold_out = market_from_frames(market.films, market.distributors, deals)
    matcher = Matcher.load(published(tmp_path, train(sold_out, None, HashEncoder())))
    answers = [matcher.match_film(film, territory) for territory in sorted(everywhere)]
    assert all(answer.sold and not answer.matches for answer in answers)


def test_a_no_go_never_appears(matcher: Matcher) -> None:
    best = matcher.match_film(NEW_FILM, "FR").matches[0].distributor_id
    found = matcher.match_film(NEW_FILM, "FR", k=100, no_go=frozenset({best}))
    assert best not in {match.distributor_id for match in found.matches}


def test_who_is_denied_is_named_with_the_reason_where_it_would_have_ranked(matcher: Matcher) -> None:
    free = matcher.match_film(NEW_FILM, "FR", k=100).matches
    first, third, last = free[0], free[2], free[-1]
    denied = {first.distributor_id: NO_RIGHT, last.distributor_id: Denied("genres", "never takes dramas")}
    found = matcher.match_film(NEW_FILM, "FR", k=3, denied=denied, no_go=frozenset({third.distributor_id}))
    assert [match.distributor_id for match in found.matches] == [
        free[place].distributor_id for place in (1, 3, 4)
    ]
    assert [match.rank for match in found.matches] == [1, 2, 3]
    assert found.matches[0].probability == free[1].probability
    assert found.eligible == len(free) - 3
    assert found.excluded == (
        Excluded(first.distributor_id, first.name, NO_RIGHT),
        Excluded(third.distributor_id, third.name, NOT_TO_ASK),
    )


def test_where_everybody_is_denied_the_first_k_are_named(matcher: Matcher) -> None:
    free = matcher.match_film(NEW_FILM, "FR", k=100).matches
    found = matcher.match_film(
        NEW_FILM, "FR", k=2, denied={match.distributor_id: NO_RIGHT for match in free} | {"x": NO_RIGHT}
    )
    assert (found.matches, found.eligible) == ((), 0)
    assert [out.distributor_id for out in found.excluded] == [match.distributor_id for match in free[:2]]


def test_without_reasons_the_same_distributors_are_named_with_the_same_probabilities(
    matcher: Matcher,
) -> None:
    told = matcher.match_film(NEW_FILM, "FR", k=3, denied={"x": NO_RIGHT})
    bare = matcher.match_film(NEW_FILM, "FR", k=3, denied={"x": NO_RIGHT}, explain=False)
    assert [(m.distributor_id, m.probability, m.log_odds) for m in bare.matches] == [
        (m.distributor_id, m.probability, m.log_odds) for m in told.matches
    ]
    assert bare.eligible == told.eligible
    assert not any(match.reasons or match.comparables for match in bare.matches)
    assert all(match.base_log_odds == match.log_odds for match in bare.matches)


def test_a_distributor_with_a_brief_and_no_deal_is_matched(matcher: Matcher) -> None:
    found = matcher.match_film(NEW_FILM, "US", k=100).matches
    newcomer = next(match for match in found if match.distributor_id == NEW_COMPANY)
    assert newcomer.probability > 0
    assert newcomer.outlook.releases == 0
    likeness = next(reason.text for reason in newcomer.reasons if reason.group == "likeness")
    assert "its brief" in likeness


def test_a_film_needs_only_a_title_and_a_synopsis(matcher: Matcher) -> None:
    film = Film("new", "Untitled", "🎬 A lighthouse keeper learns to dance. شكرا")
    found = matcher.match_film(film, "FR", k=3)
    assert len(found.matches) == 3
    assert found.matches[0].title == "Untitled"


def test_a_film_described_like_a_stored_one_gets_its_probabilities(matcher: Matcher, market: Market) -> None:
    stored = matcher.match_film(NEW_FILM, "FR", k=100).matches
    described = matcher.match_film(film_like(market, NEW_FILM), "FR", k=100).matches
    assert [match.distributor_id for match in described] == [match.distributor_id for match in stored]
    np.testing.assert_allclose(
        [match.probability for match in described], [match.probability for match in stored], rtol=1e-5
    )


@settings(max_examples=15, deadline=None)
@given(st.permutations(("f228", "f230", "f236", "f240", "f250")))
def test_answers_do_not_depend_on_what_was_asked_before(matcher: Matcher, films: list[str]) -> None:
    answers = {film: matcher.match_film(film, "US", k=3) for film in films}
    assert answers == {film: matcher.match_film(film, "US", k=3) for film in sorted(films)}


def test_the_nearest_film_of_a_sequel_is_its_original(market: Market, tmp_path: Path) -> None:
    original = market.films[market.films["film_id"] == "f118"]
    sequel = original.assign(film_id="sequel", title="The Same Again")
    films = market.films.copy()
    films.loc[len(films)] = sequel.iloc[0]
    bigger = market_from_frames(films, market.distributors, market.deals)
    bundles = published(tmp_path, train(bigger, None, HashEncoder()))
    nearest = Matcher.load(bundles).similar_films("sequel", k=1)[0]
    assert nearest.film_id == "f118"
    assert nearest.similarity == pytest.approx(1.0, abs=1e-5)
    assert {deal.film_id for deal in nearest.deals} == {"f118"}


def test_an_unknown_film_or_distributor_is_refused_by_its_id(matcher: Matcher) -> None:
    with pytest.raises(UnknownIdError, match="nowhere"):
        matcher.match_film("nowhere", "FR")
    with pytest.raises(UnknownIdError, match="nowhere"):
        matcher.suggest_films("nowhere")
    with pytest.raises(UnknownIdError, match="nowhere"):
        matcher.similar_films("nowhere")


def test_a_territory_without_distributors_and_an_unknown_one_are_refused(matcher: Matcher) -> None:
    with pytest.raises(QueryError, match="no distributor of IS"):
        matcher.match_film(NEW_FILM, "IS")
    with pytest.raises(QueryError, match="XX"):
        matcher.match_film(NEW_FILM, "XX")


def test_k_below_one_is_refused(matcher: Matcher) -> None:
    with pytest.raises(QueryError, match="k is 0"):
        matcher.match_film(NEW_FILM, "FR", k=0)


def test_a_film_cannot_be_described_with_another_encoder(
    trained: Trained, tmp_path: Path, market: Market
) -> None:
    other = Matcher.load(published(tmp_path, trained), encoder=HashEncoder("another@2"))
    with pytest.raises(BundleError, match="encoder"):
        other.match_film(film_like(market, NEW_FILM), "FR")
