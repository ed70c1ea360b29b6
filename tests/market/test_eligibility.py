from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.errors import QueryError
from recommender.market import Market, market_from_frames
from recommender.market.domain import Deal
from recommender.market.eligibility import (
    ACTIVE_YEARS,
    DistributorFacts,
    Eligibility,
    EligibilityQuery,
    EligibilityRules,
    Rule,
    sold_reason,
)

Frames = dict[str, pd.DataFrame]
END_OF_2016 = date(2017, 1, 1)


def ask(market: Market, query: EligibilityQuery, rules: EligibilityRules | None = None) -> Eligibility:
    return (rules or EligibilityRules()).apply(DistributorFacts.from_market(market), query)


def eligible(market: Market, query: EligibilityQuery, rules: EligibilityRules | None = None) -> set[str]:
    answer = ask(market, query, rules)
    return {value for value, ok in zip(answer.facts.ids, answer.mask, strict=True) if ok}


def reasons(market: Market, query: EligibilityQuery) -> dict[str, str | None]:
    answer = ask(market, query)
    return dict(zip(answer.facts.ids, answer.reasons, strict=True))


def test_independent_and_active_distributors_of_the_territory_may_be_asked(small_market: Market) -> None:
    assert eligible(small_market, EligibilityQuery("FR", END_OF_2016)) == {"fr-lumen", "fr-comet"}
    assert eligible(small_market, EligibilityQuery("US", END_OF_2016)) == {
        "us-harbor",
        "us-meadow",
        "us-sepia",
    }


def test_each_other_distributor_has_its_reason(small_market: Market) -> None:
    found = reasons(small_market, EligibilityQuery("FR", date(2019, 8, 1), no_go=frozenset({"fr-lumen"})))
    assert found == {
        "fr-lumen": "is on the list of distributors not to ask",
        "fr-comet": "has had no deal in FR for 5 years (the last on 2014-07-16)",
        "fr-titan": "is not an independent distributor (major)",
        "us-harbor": "works in US, not in FR",
        "us-meadow": "works in US, not in FR",
        "us-sepia": "works in US, not in FR",
    }


def test_an_exhibitor_is_not_asked(small_frames: Frames) -> None:
    small_frames["distributors"].loc[0, "kind"] = "exhibitor_or_event"
    market = market_from_frames(**small_frames)
    found = reasons(market, EligibilityQuery("FR", END_OF_2016))
    assert found["fr-lumen"] == "is not an independent distributor (exhibitor or event)"


def test_activity_ends_the_stated_years_after_the_last_deal(small_market: Market) -> None:
    last = date(2014, 7, 16)
    stays = last + timedelta(days=int(ACTIVE_YEARS * 365.25))
    assert "fr-comet" in eligible(small_market, EligibilityQuery("FR", stays))
    assert "fr-comet" not in eligible(small_market, EligibilityQuery("FR", stays + timedelta(days=1)))
    longer = EligibilityRules(active_years=6)
    assert "fr-comet" in eligible(small_market, EligibilityQuery("FR", stays + timedelta(days=1)), longer)


def test_a_distributor_without_a_deal_needs_a_brief(small_market: Market) -> None:
    query = EligibilityQuery("US", date(2000, 1, 1))
    assert eligible(small_market, query) == {"us-meadow"}
    assert reasons(small_market, query)["us-harbor"] == "has no deal in US before 2000-01-01 and no brief"


def test_a_brief_does_not_make_an_inactive_distributor_active(small_frames: Frames) -> None:
    small_frames["distributors"]["brief"] = "Anything good."
    market = market_from_frames(**small_frames)
    assert "us-sepia" not in eligible(market, EligibilityQuery("US", date(2020, 1, 1)))


def test_a_deal_on_the_day_asked_about_is_not_known_yet(small_market: Market) -> None:
    first = date(2009, 10, 7)
    assert "fr-lumen" not in eligible(small_market, EligibilityQuery("FR", first))
    assert "fr-lumen" in eligible(small_market, EligibilityQuery("FR", first + timedelta(days=1)))


def test_a_film_released_in_the_territory_is_offered_to_nobody_there(small_market: Market) -> None:
    known = small_market.deals_of("f06")
    found = reasons(small_market, EligibilityQuery("FR", END_OF_2016, known))
    assert found["fr-lumen"] == "the film was released in FR on 2014-07-16 by fr-comet"
    assert eligible(small_market, EligibilityQuery("FR", END_OF_2016, known)) == set()
    assert eligible(small_market, EligibilityQuery("US", END_OF_2016, known)) == set()


def test_a_later_deal_or_one_elsewhere_does_not_count_as_sold(small_market: Market) -> None:
    before = date(2014, 7, 1)
    known = small_market.deals_of("f06")
    assert eligible(small_market, EligibilityQuery("US", before, known)) == set()
    assert eligible(small_market, EligibilityQuery("FR", before, known)) == {"fr-lumen", "fr-comet"}


def test_the_first_failing_rule_is_the_one_named(small_market: Market) -> None:
    answer = ask(small_market, EligibilityQuery("FR", END_OF_2016, small_market.deals_of("f06")))
    titan = answer.facts.ids.index("fr-titan")
    assert answer.failing[:, titan].tolist() == [False, True, False, True, False]
    assert answer.reasons[titan] == "is not an independent distributor (major)"
    assert answer.failing.shape == (len(Rule), 6)


def test_the_facts_of_a_territory_answer_as_the_whole_market_does(small_market: Market) -> None:
    whole = DistributorFacts.from_market(small_market)
    for territory in ("FR", "US"):
        part = whole.of_territory(territory)
        for day in (date(2010, 1, 1), date(2014, 9, 1), date(2019, 8, 1)):
            query = EligibilityQuery(territory, day)
            small, large = (EligibilityRules().apply(facts, query) for facts in (part, whole))
            assert small.mask.tolist() == large.mask[part.rows].tolist()
            assert small.reasons == tuple(large.reasons[row] for row in part.rows)
            assert [whole.ids[row] for row in part.rows] == list(part.ids)


def test_an_unknown_code_and_an_empty_territory_are_refused(small_market: Market) -> None:
    facts = DistributorFacts.from_market(small_market)
    with pytest.raises(QueryError, match="Did you mean FR"):
        facts.of_territory("fr")
    with pytest.raises(QueryError, match=r"no distributor of DE is in the data.*FR, US"):
        facts.of_territory("DE")
    with pytest.raises(QueryError, match="not a territory code"):
        EligibilityRules().apply(facts, EligibilityQuery("ZZ", END_OF_2016))


def test_a_market_without_deals_leaves_those_with_a_brief(small_frames: Frames) -> None:
    small_frames["deals"] = small_frames["deals"].head(0)
    market = market_from_frames(**small_frames)
    assert eligible(market, EligibilityQuery("US", END_OF_2016)) == {"us-meadow"}
    assert eligible(market, EligibilityQuery("FR", END_OF_2016)) == set()


days = st.dates(date(2005, 1, 1), date(2025, 1, 1))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(day=days)
def test_the_last_deal_is_the_one_a_plain_loop_finds(small_market: Market, day: date) -> None:
    facts = DistributorFacts.from_market(small_market)
    deals = small_market.deals[small_market.deals["release_date"] < pd.Timestamp(day)]
    latest = deals.groupby("distributor_id")["release_date"].max()
    never = np.iinfo(np.int32).min
    expected = [
        (latest[value].date() - date(1970, 1, 1)).days if value in latest.index else never
        for value in facts.ids
    ]
    assert facts.last_deal_days(day).tolist() == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(day=days, order=st.permutations(range(6)), deal_order=st.permutations(range(25)))
def test_the_answer_does_not_depend_on_row_order(
    small_frames: Frames, day: date, order: list[int], deal_order: list[int]
) -> None:
    shuffled = dict(
        small_frames,
        distributors=small_frames["distributors"].iloc[order],
        deals=small_frames["deals"].iloc[deal_order],
    )
    query = EligibilityQuery("FR", day)
    assert reasons(market_from_frames(**shuffled), query) == reasons(
        market_from_frames(**small_frames), query
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(day=days, elsewhere=days)
def test_a_deal_of_the_film_elsewhere_changes_nobody(
    small_market: Market, day: date, elsewhere: date
) -> None:
    deal = Deal("x", "f12", "us-harbor", "US", elsewhere)
    without = ask(small_market, EligibilityQuery("FR", day))
    with_deal = ask(small_market, EligibilityQuery("FR", day, (deal,)))
    assert without.mask.tolist() == with_deal.mask.tolist()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(day=days, territory=st.sampled_from(["FR", "US"]))
def test_exactly_the_eligible_have_no_reason(small_market: Market, day: date, territory: str) -> None:
    answer = ask(small_market, EligibilityQuery(territory, day))
    assert [reason is None for reason in answer.reasons] == answer.mask.tolist()


def test_a_private_deal_does_not_make_a_distributor_active(small_market: Market) -> None:
    mine = small_market.deals["distributor_id"] == "fr-comet"
    query = EligibilityQuery("FR", date(2015, 1, 1))
    secret = small_market.deals.assign(private=mine)
    assert reasons(small_market, query)["fr-comet"] is None
    hidden = Market(small_market.films, small_market.distributors, secret)
    assert reasons(hidden, query)["fr-comet"] == "has no deal in FR before 2015-01-01 and no brief"


def test_a_private_sale_is_told_only_where_there_is_no_public_one(small_market: Market) -> None:
    (first, *_), day = small_market.deals_of("f08"), date(2020, 1, 1)
    secret = replace(first, territory="FR", private=True)
    public = replace(secret, private=False, distributor_id="fr-titan", release_date=date(2016, 3, 9))
    told = reasons(small_market, EligibilityQuery("FR", day, (secret, public)))["fr-lumen"]
    assert told == "the film was released in FR on 2016-03-09 by fr-titan"
    alone = reasons(small_market, EligibilityQuery("FR", day, (secret,)))["fr-lumen"]
    assert alone == "the film is not available in FR"


def test_a_sale_is_told_by_its_release_or_by_what_is_known_of_it() -> None:
    today = date(2020, 1, 1)
    assert (
        str(sold_reason("FR", ("x", "Xavier"), date(2019, 5, 1), today, False))
        == "the film was released in FR on 2019-05-01 by x"
    )
    assert (
        str(sold_reason("FR", ("x", "Xavier"), today, today, False))
        == "the film is sold in FR to x, to be released on 2020-01-01"
    )
    assert str(sold_reason("FR", ("x", "Xavier"), None, today, False)) == "the film is sold in FR to x"
    assert str(sold_reason("FR", ("x", "Xavier"), None, today, True)) == "the film is not available in FR"
