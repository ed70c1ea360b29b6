"""Values by construction: small tables of chances whose answers can be worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from recommender.errors import QueryError
from recommender.market import Market
from recommender.meetings.domain import Event, Meeting, Participant, Past, PastKind, Wish
from recommender.meetings.value import Background, Profile, Scores, reciprocal

PEOPLE = (
    Participant("s1", "seller", company_id="alba"),
    Participant("s2", "seller", company_id="grim"),
    Participant("b1", "buyer", company_id="fr-lumen"),
    Participant("b2", "buyer", company_id="us-harbor"),
)
EVENT = Event(PEOPLE, (), ())
LINEUPS = {"s1": ("f1", "f2"), "s2": ("f3",)}
PROFILES = {
    "fr-lumen": (Profile("fr-lumen", "FR"),),
    "us-harbor": (Profile("us-harbor", "US"),),
}
KNOWN = Background(PROFILES, frozenset({"f1", "f2", "f3"}))


class Table:
    """Chances that are given: territory -> distributors and, for each film, their probabilities."""

    def __init__(self, **territories: dict[str, dict[str, float]]) -> None:
        self._territories = territories

    def probabilities(
        self, film_ids: Sequence[str], territory: str
    ) -> tuple[tuple[str, ...], NDArray[np.float64]]:
        if territory not in self._territories:
            raise QueryError(f"nobody works in {territory}")
        table = self._territories[territory]
        return tuple(table), np.array([[each[film] for each in table.values()] for film in film_ids])


CHANCES = Table(
    FR={"fr-lumen": {"f1": 0.3, "f2": 0.1, "f3": 0.2}, "fr-comet": {"f1": 0.9, "f2": 0.9, "f3": 0.9}},
    US={"us-harbor": {"f1": 0.0, "f2": 0.2, "f3": 0.6}},
)
"""Expected deals: s1 with b1 0.4, with b2 0.2; s2 with b1 0.2, with b2 0.6. f1 is sold in the US."""


def scores(*wishes: Wish, known: Background = KNOWN, chances: Table = CHANCES) -> Scores:
    return Scores.of(replace(EVENT, wishes=wishes), LINEUPS, known, chances)


def worth(found: Scores) -> dict[str, tuple[float, float, float]]:
    return {
        f"{pair.seller_id} {pair.buyer_id}": (pair.value, pair.value_seller, pair.value_buyer)
        for pair in found.values()
    }


def harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other)


def test_expected_deals_are_summed_over_the_line_up() -> None:
    assert scores().deals == pytest.approx(np.array([[0.4, 0.2], [0.2, 0.6]]))


def test_each_side_compares_with_its_own_mean_and_both_are_joined() -> None:
    found = worth(scores())
    assert found["s1 b1"] == pytest.approx((4 / 3, 4 / 3, 4 / 3))
    assert found["s1 b2"] == pytest.approx((harmonic(2 / 3, 0.5), 2 / 3, 0.5))
    assert found["s2 b2"] == pytest.approx((1.5, 1.5, 1.5))


def test_a_newcomer_with_small_chances_is_worth_as_much_as_anybody() -> None:
    small = {film: chance / 100 for film, chance in {"f1": 0.3, "f2": 0.1, "f3": 0.2}.items()}
    shy = Table(FR={"fr-lumen": small}, US={"us-harbor": {"f1": 0.0, "f2": 0.2, "f3": 0.6}})
    own = [found.value_buyer for found in scores(chances=shy).values() if found.buyer_id == "b1"]
    assert np.mean(own) == pytest.approx(1.0)


def test_the_outlook_counts_for_the_seller_only() -> None:
    known = replace(KNOWN, profiles=PROFILES | {"fr-lumen": (Profile("fr-lumen", "FR", outlook=1.0),)})
    before, after = worth(scores())["s1 b1"], worth(scores(known=known))["s1 b1"]
    assert after[1] == pytest.approx(0.6 / 0.4)
    assert after[1] > before[1]
    assert after[2] == before[2]


def test_a_wish_adds_an_average_partner_to_the_side_that_wishes() -> None:
    plain, wished = worth(scores())["s1 b1"], worth(scores(Wish("b1", "s1", "want")))["s1 b1"]
    assert (wished[1], wished[2]) == pytest.approx((plain[1], plain[2] + 1))
    twice = worth(scores(Wish("b1", "s1", "want"), Wish("b1", "s1", "must")))["s1 b1"]
    assert twice == wished
    both = worth(scores(Wish("b1", "s1", "want"), Wish("s1", "b1", "must")))["s1 b1"]
    assert (both[1], both[2]) == pytest.approx((plain[1] + 1, plain[2] + 1))


def test_having_met_before_halves_the_value_once() -> None:
    plain = worth(scores())["s1 b1"]
    for wishes in (
        [Wish("s1", "b1", "met_before")],
        [Wish("s1", "b1", "met_before"), Wish("b1", "s1", "met_before")],
    ):
        assert worth(scores(*wishes))["s1 b1"] == pytest.approx(tuple(value / 2 for value in plain))


def _after(*history: Past) -> dict[str, tuple[float, float, float]]:
    return worth(Scores.of(replace(EVENT, history=history), LINEUPS, KNOWN, CHANCES))


@pytest.mark.parametrize(
    ("kind", "factor"), [("met_before", 0.5), ("met_this_year", 0.25), ("in_business", 0.5)]
)
def test_who_knows_each_other_gains_less_whoever_says_so(kind: PastKind, factor: float) -> None:
    plain = worth(scores())["s1 b1"]
    for history in ([Past("s1", "b1", kind)], [Past("b1", "s1", kind)], [Past("s1", "b1", kind)] * 2):
        assert _after(*history)["s1 b1"] == pytest.approx(tuple(factor * value for value in plain))


def test_competitors_gain_nothing() -> None:
    assert "s1 b1" not in _after(Past("s1", "b1", "competitor"))
    assert _after(Past("s1", "b1", "competitor"))["s1 b2"] == worth(scores())["s1 b2"]


def test_interest_raises_and_its_lack_lowers_the_value_of_who_said_so() -> None:
    plain = worth(scores())["s1 b1"]
    liked = _after(Past("b1", "s1", "interested"))["s1 b1"]
    assert (liked[1], liked[2]) == pytest.approx((plain[1], 1.5 * plain[2]))
    refused = _after(Past("s1", "b1", "not_interested"))["s1 b1"]
    assert (refused[1], refused[2]) == pytest.approx((0.25 * plain[1], plain[2]))


def test_a_no_show_lowers_what_everybody_has_from_meeting_who_did_not_come() -> None:
    plain, after = worth(scores()), _after(Past("b1", "s1", "no_show"))
    for pair in ("s1 b1", "s2 b1"):
        assert after[pair][1:] == pytest.approx((plain[pair][1] * 2 / 3, plain[pair][2]))
    assert after["s1 b2"] == plain["s1 b2"]


def test_meetings_that_were_kept_weigh_against_a_no_show() -> None:
    plain = worth(scores())["s1 b1"]
    after = _after(Past("b1", "s1", "no_show"), Past("b1", "s2", "interested"))["s1 b1"]
    assert after[1] == pytest.approx(plain[1] * 3 / 4)


def test_a_company_of_several_territories_adds_them_up() -> None:
    both = (Profile("fr-lumen", "FR"), Profile("us-harbor", "US"))
    known = replace(KNOWN, profiles={"fr-lumen": both})
    assert scores(known=known).deals[:, 0] == pytest.approx([0.6, 0.8])


def test_who_is_not_known_counts_as_average_and_is_named() -> None:
    known = Background({"fr-lumen": PROFILES["fr-lumen"]}, frozenset({"f1", "f2"}))
    found = scores(known=known)
    assert (found.unknown_sellers, found.unknown_buyers) == (("s2",), ("b2",))
    assert worth(found)["s2 b2"] == (1.0, 1.0, 1.0)
    assert worth(found)["s1 b1"] == pytest.approx((1.0, 1.0, 1.0))


def test_a_company_that_its_territory_does_not_rank_counts_as_average() -> None:
    known = replace(KNOWN, profiles=PROFILES | {"us-harbor": (Profile("us-major", "US"),)})
    assert scores(known=known).unknown_buyers == ("b2",)


def test_a_pair_with_nothing_to_sell_has_no_value() -> None:
    sold = Table(
        FR={"fr-lumen": {"f1": 0.0, "f2": 0.0, "f3": 0.2}},
        US={"us-harbor": {"f1": 0.1, "f2": 0.2, "f3": 0.6}},
    )
    assert set(worth(scores(chances=sold))) == {"s1 b2", "s2 b1", "s2 b2"}


def test_films_to_talk_about_are_without_those_sold() -> None:
    found = scores()
    assert found.films_for(Meeting("s1", "b1", "", "")) == ("f1", "f2")
    assert found.films_for(Meeting("s1", "b2", "", "")) == ("f2",)


def _talked_about(line_up: tuple[str, ...], *chances: float) -> tuple[str, ...]:
    """What s1 talks about with b1, where the films f1, f2 ... have these chances."""
    table = Table(FR={"fr-lumen": {f"f{number}": chance for number, chance in enumerate(chances, 1)}})
    known = Background({"fr-lumen": PROFILES["fr-lumen"]}, frozenset(line_up))
    return Scores.of(EVENT, {"s1": line_up}, known, table).films_for(Meeting("s1", "b1", "", ""))


def test_the_film_that_is_pushed_comes_first_wherever_it_has_a_chance() -> None:
    assert _talked_about(("f3", "f1", "f2"), 0.2, 0.4, 0.3) == ("f3", "f1", "f2")
    assert _talked_about(("f2", "f1", "f3"), 0.2, 0.4, 0.3) == ("f2", "f1", "f3")


def test_a_film_less_than_half_as_likely_as_the_likeliest_is_not_pushed() -> None:
    assert _talked_about(("f1", "f2", "f3", "f4"), 0.05, 0.1, 0.4, 0.2) == ("f3", "f4", "f2", "f1")


def test_five_films_at_most_are_talked_about_and_the_pushed_are_among_them() -> None:
    line_up = tuple(f"f{number}" for number in range(6, 0, -1))
    assert _talked_about(line_up, *[0.3] * 5, 0.2) == line_up[:5]
    assert _talked_about(line_up, *[0.3] * 5, 0.0) == line_up[1:]


def test_with_somebody_unknown_the_line_up_comes_in_its_own_order() -> None:
    known = Background({}, KNOWN.films)
    found = Scores.of(EVENT, {"s1": ("f2", "f3", "f1")}, known, CHANCES)
    assert found.films_for(Meeting("s1", "b1", "", "")) == ("f2", "f3", "f1")


def test_an_event_without_line_ups_is_all_average() -> None:
    found = Scores.of(EVENT, {}, KNOWN, CHANCES)
    assert set(worth(found).values()) == {(1.0, 1.0, 1.0)}
    assert found.films_for(Meeting("s1", "b1", "", "")) == ()


GAINS = arrays.arrays(np.float64, 4, elements=st.just(0.0) | st.floats(1e-6, 1e6))


@given(GAINS, GAINS)
def test_the_joint_value_is_symmetric_and_between_the_smaller_and_twice_it(
    one: NDArray[np.float64], other: NDArray[np.float64]
) -> None:
    joint = reciprocal(one, other)
    assert np.array_equal(joint, reciprocal(other, one))
    least = np.minimum(one, other)
    assert (joint >= least * (1 - 1e-12)).all()
    assert (joint <= 2 * least * (1 + 1e-12)).all()


def test_what_is_known_of_a_market_are_its_companies_films_and_outlooks(small_market: Market) -> None:
    known = Background.of(small_market)
    assert "f12" in known.films
    (lumen,) = known.profiles["fr-lumen"]
    assert (lumen.distributor_id, lumen.territory) == ("fr-lumen", "FR")
    assert known.profiles["us-meadow"][0].outlook == 0.5
    assert all(0 <= profile.outlook <= 1 for each in known.profiles.values() for profile in each)
    # Its releases of 2011 and 2013 were the better of two, that of 2014 the only one.
    assert known.profiles["fr-comet"][0].outlook == pytest.approx(0.75)
