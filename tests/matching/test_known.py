"""What each kind of change does."""

from __future__ import annotations

from statistics import fmean

import numpy as np
import pandas as pd
import pytest

from recommender.errors import DataError, QueryError, UnknownIdError
from recommender.market import Market
from recommender.matching.changes import Changes
from recommender.matching.known import Known
from recommender.matching.matcher import Matcher
from recommender.matching.train import Trained
from recommender.space.text import brief_texts
from tests.hash_encoder import HashEncoder
from tests.matching.tasteful import (
    MIXED,
    answers,
    by_company,
    chances_of,
    changes,
    distributor_row,
    film_of,
    film_row,
    signed,
    stored_film,
)
from tests.tastes import WORDS

NEW = film_row("new-western", WORDS["Western"], genres="Western", countries="US", directors="Western Hand 1")
MIXED_FILM = film_of(MIXED)
NEWCOMER = distributor_row("fr-newcomer", WORDS["Musical"])


def test_an_edited_film_is_asked_about_as_it_is_now(tastes: Matcher) -> None:
    row = stored_film("drama-2019-0", synopsis=WORDS["Crime"], genres="Crime", directors="Crime Hand 0")
    edited = tastes.with_changes(changes(films=[row]))
    assert by_company(edited, "drama-2019-0", "FR") == by_company(tastes, film_of(row), "FR")
    assert max(by_company(tastes, "drama-2019-0", "FR").items(), key=lambda c: c[1])[0] == "fr-drama"
    assert max(by_company(edited, "drama-2019-0", "FR").items(), key=lambda c: c[1])[0] == "fr-crime"


def test_new_edited_and_other_films_are_told_apart_in_any_order(tastes: Matcher) -> None:
    edited = stored_film("drama-2019-0", synopsis=WORDS["Crime"], genres="Crime")
    after = tastes.with_changes(changes(films=[NEW, edited, MIXED]))
    films = ("mixed", "horror-2019-0", "drama-2019-0", "western-2018-1", "new-western", "mixed")
    together = chances_of(after, films, "FR")
    for film, chances in zip(films, together, strict=True):
        np.testing.assert_allclose(chances, chances_of(after, (film,), "FR")[0], rtol=1e-4)
    np.testing.assert_allclose(together[1], chances_of(tastes, ("horror-2019-0",), "FR")[0], rtol=1e-4)


def test_a_film_can_be_taken_away_and_brought_back(tastes: Matcher) -> None:
    without = tastes.with_changes(changes(removed_films=["western-2018-1"]))
    again = without.with_changes(changes(films=[stored_film("western-2018-1")]))
    np.testing.assert_allclose(
        chances_of(again, ("western-2018-1",), "FR"), chances_of(tastes, ("western-2018-1",), "FR"), rtol=1e-5
    )


def test_a_removed_film_is_not_known_any_more_and_nobody_is_told_of_it(tastes: Matcher) -> None:
    without = tastes.with_changes(changes(removed_films=["western-2018-1", "western-2017-0"]))
    for ask in (
        lambda: without.match_film("western-2018-1", "FR"),
        lambda: without.similar_films("western-2018-1"),
    ):
        with pytest.raises(UnknownIdError, match="western-2018-1"):
            ask()
    told = str(answers(without)).replace("'western-2018-1 in", "")
    assert "western-2017-0" in str(answers(tastes))
    assert "western-2018-1" not in told
    assert "western-2017-0" not in told.lower()


def test_similar_and_suggested_films_hold_what_is_new(tastes: Matcher) -> None:
    copy = stored_film("western-2018-1", film_id="new-western")
    after = tastes.with_changes(changes(films=[copy]))
    (twin,) = after.similar_films("western-2018-1", k=1)
    assert (twin.film_id, twin.deals) == ("new-western", ())
    assert twin.similarity == pytest.approx(1.0)
    assert "new-western" in {match.film_id for match in after.suggest_films("fr-western", k=4)}
    assert (
        len(after.similar_films("new-western", k=1000))
        == len(tastes.similar_films("western-2018-1", k=1000)) + 1
    )


def test_a_newcomer_with_a_brief_is_matched_as_if_it_had_been_there_at_training(tastes: Matcher) -> None:
    twin = distributor_row("fr-newcomer", WORDS["Western"])
    both = by_company(tastes.with_changes(changes(distributors=[twin])), "western-2018-1", "FR")
    assert both["fr-newcomer"] == pytest.approx(both["fr-novice"], rel=1e-5)
    instead = tastes.with_changes(changes(distributors=[twin], removed_distributors=["fr-novice"]))
    alone = by_company(tastes, "western-2018-1", "FR")
    alone["fr-newcomer"] = alone.pop("fr-novice")
    assert by_company(instead, "western-2018-1", "FR") == pytest.approx(alone, rel=1e-5)


def test_a_newcomer_is_suggested_what_is_like_its_brief_first(tastes: Matcher) -> None:
    def places(genre: str) -> dict[str, int]:
        newcomer = distributor_row("fr-newcomer", WORDS[genre], name="Newcomer")
        suggested = tastes.with_changes(changes(distributors=[newcomer])).suggest_films("fr-newcomer", k=100)
        assert {match.name for match in suggested} == {"Newcomer"}
        return {match.film_id: match.rank for match in suggested}

    by_brief = {genre: places(genre) for genre in WORDS}
    earlier: list[float] = []
    for genre in WORDS:
        films = [film for film in by_brief[genre] if film.startswith(genre.lower())]
        mean = {brief: fmean(ranks[film] for film in films) for brief, ranks in by_brief.items()}
        earlier.append(fmean(mean.values()) - mean[genre])
    # Of a few dozen deals the fit says little of any one genre, and westerns have another newcomer already.
    assert fmean(earlier) > 1
    assert fmean(gain > 0 for gain in earlier) > 0.5


def test_an_edited_brief_counts_at_once(tastes: Matcher) -> None:
    edited = tastes.with_changes(changes(distributors=[distributor_row("fr-novice", WORDS["Musical"])]))
    for film, gains in (("musical-2019-0", True), ("western-2018-1", False)):
        before, after = (by_company(m, film, "FR")["fr-novice"] for m in (tastes, edited))
        assert (after > before) is gains
    back = edited.with_changes(changes(distributors=[distributor_row("fr-novice", WORDS["Western"])]))
    assert by_company(back, "western-2018-1", "FR") == pytest.approx(
        by_company(tastes, "western-2018-1", "FR"), rel=1e-5
    )


def test_a_brief_of_one_with_releases_changes_it_and_no_brief_leaves_it(tastes: Matcher) -> None:
    film = "musical-2019-0"
    silent = tastes.with_changes(changes(distributors=[distributor_row("fr-war", name="Fr-War GmbH")]))
    assert by_company(silent, film, "FR") == by_company(tastes, film, "FR")
    names = {match.name for match in silent.match_film(film, "FR", k=100).matches}
    assert "Fr-War GmbH" in names
    loud = tastes.with_changes(changes(distributors=[distributor_row("fr-war", WORDS["Musical"])]))
    assert by_company(loud, film, "FR")["fr-war"] > by_company(tastes, film, "FR")["fr-war"]


def test_a_territory_begins_with_its_first_distributor(tastes: Matcher) -> None:
    with pytest.raises(QueryError, match="no distributor of DE"):
        tastes.match_film("western-2018-1", "DE")
    after = tastes.with_changes(changes(distributors=[distributor_row("de-first", WORDS["Western"])]))
    (match,) = after.match_film("western-2018-1", "DE").matches
    assert match.distributor_id == "de-first"
    assert 0 < match.probability < 1


def test_a_removed_distributor_is_asked_no_more_and_the_others_share_what_it_had(tastes: Matcher) -> None:
    without = tastes.with_changes(changes(removed_distributors=["fr-western"]))
    before, after = (by_company(m, "western-2018-1", "FR") for m in (tastes, without))
    assert set(before) - set(after) == {"fr-western"}
    assert sum(after.values()) == pytest.approx(sum(before.values()), rel=0.01)
    with pytest.raises(UnknownIdError, match="fr-western"):
        without.suggest_films("fr-western")
    assert "fr-western" not in str(without.similar_films("western-2018-1", k=30))


def test_a_deal_signed_since_makes_the_film_sold_there_and_its_buyer_known_elsewhere(tastes: Matcher) -> None:
    after = tastes.with_changes(changes(deals=[signed("drama-2019-0", "us-drama", "2019-05-01")]))
    sold = after.match_film("drama-2019-0", "US")
    assert str(sold.sold) == "the film is sold in US to us-drama, to be released on 2019-05-01"
    assert not sold.matches
    assert not chances_of(after, ("drama-2019-0",), "US").any()
    assert "drama-2019-0" not in {match.film_id for match in after.suggest_films("us-drama", k=100)}
    match = after.match_film("drama-2019-0", "FR").matches[0]
    elsewhere = next(reason.text for reason in match.reasons if reason.group == "elsewhere")
    assert "the known buyer of this film" in elsewhere
    assert by_company(after, "drama-2019-0", "FR") != by_company(tastes, "drama-2019-0", "FR")
    undone = after.with_changes(changes(removed_deals=["drama-2019-0/us-drama"]))
    assert by_company(undone, "drama-2019-0", "US") == by_company(tastes, "drama-2019-0", "US")


def test_a_deal_whose_release_has_no_date_yet_counts_too(tastes: Matcher) -> None:
    after = tastes.with_changes(changes(deals=[signed("drama-2019-0", "us-drama", "")]))
    assert str(after.match_film("drama-2019-0", "US").sold) == "the film is sold in US to us-drama"


def test_another_day_or_outcome_of_a_deal_waits_for_the_next_training(tastes: Matcher) -> None:
    edited = signed("drama-2017-0", "fr-drama", "", admissions="5")
    assert answers(tastes.with_changes(changes(deals=[edited]))) == answers(tastes)


def test_a_deal_can_get_another_buyer(tastes: Matcher) -> None:
    id_ = "western-2017-0/fr-western"
    edited = signed("drama-2019-0", "fr-war", "2019-02-01", deal_id=id_)
    after = tastes.with_changes(changes(deals=[edited]))
    assert str(after.match_film("drama-2019-0", "FR").sold).startswith("the film is sold in FR to fr-war")
    assert not after.match_film("western-2017-0", "FR").sold
    past = {film.film_id: film.deals for film in after.similar_films("western-2018-1", k=200)}
    assert "FR" not in {deal.territory for deal in past["western-2017-0"]}
    without = tastes.with_changes(changes(removed_deals=[id_]))
    assert by_company(after, MIXED_FILM, "FR") == by_company(without, MIXED_FILM, "FR")


def test_a_deal_makes_its_distributor_active_and_its_removal_inactive_again(tastes: Matcher) -> None:
    assert "us-asleep" not in by_company(tastes, "western-2018-1", "US")
    after = tastes.with_changes(changes(deals=[signed("horror-2019-0", "us-asleep")]))
    assert "us-asleep" in by_company(after, "western-2018-1", "US")
    undone = after.with_changes(changes(removed_deals=["horror-2019-0/us-asleep"]))
    assert answers(undone) == answers(tastes)


def test_with_its_film_or_its_distributor_a_deal_goes(tastes: Matcher) -> None:
    signing = changes(films=[NEW], distributors=[NEWCOMER], deals=[signed("new-western", "fr-newcomer")])
    after = tastes.with_changes(signing)
    assert after.match_film("new-western", "FR").sold
    without = after.with_changes(changes(removed_distributors=["fr-newcomer"]))
    assert not without.match_film("new-western", "FR").sold
    gone = after.with_changes(changes(removed_films=["new-western"]))
    with pytest.raises(UnknownIdError, match="new-western"):
        gone.match_film("new-western", "FR")
    back = gone.with_changes(changes(films=[NEW]))
    assert back.match_film("new-western", "FR").sold


def test_vectors_of_another_encoder_are_refused(tastes: Matcher) -> None:
    films = pd.DataFrame([NEW])
    with pytest.raises(
        QueryError, match=r"the synopses are vectors of 7 numbers, the bundle's have 48: encode"
    ):
        tastes.with_changes(Changes.of(films=films, synopses=np.ones((1, 7), np.float32)))
    companies = pd.DataFrame([NEWCOMER])
    with pytest.raises(QueryError, match=r"the briefs are vectors of 7 numbers"):
        tastes.with_changes(Changes.of(distributors=companies, briefs=np.ones((1, 7), np.float32)))


def test_changes_that_do_not_fit_the_bundle_are_refused(tastes: Matcher) -> None:
    with pytest.raises(DataError, match="nobody knows the film of the deal nothing/us-drama"):
        tastes.with_changes(changes(deals=[signed("nothing", "us-drama")]))


def test_a_new_name_counts_where_a_territory_was_asked_about_before(market: Market, trained: Trained) -> None:
    known = Known.of(trained.contents)
    company = next(companies[0] for companies in market.films["production_companies"] if companies)
    renamed = market.distributors[market.distributors["territory"] == "FR"].iloc[[0]].assign(name=company)
    edit = Changes.of(distributors=renamed, briefs=HashEncoder().encode(brief_texts(renamed)))
    before = known.model.state.taste("FR").houses
    after = known.changed(edit, known).model.state.taste("FR").houses
    assert after.nnz > before.nnz
