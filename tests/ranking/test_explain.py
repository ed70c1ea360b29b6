import pytest

from recommender.matching.train import Fitted
from recommender.ranking import wording
from recommender.ranking.explain import group_of
from recommender.ranking.state import EARLIER_SIGNALS


def test_every_signal_belongs_to_a_reason(fitted: Fitted) -> None:
    state = fitted.model.state
    territory = sorted(set(state.releases.territories))[0]
    names = state.signals(fitted.films.take([0]), territory).names  # type: ignore[arg-type]
    assert {group_of(name) for name in (*names, *EARLIER_SIGNALS)} >= {
        "likeness",
        "genres",
        "people",
        "pattern",
    }


def test_a_signal_without_a_reason_is_a_defect() -> None:
    with pytest.raises(KeyError):
        group_of("weather")


def test_shares_name_each_label_with_its_count_and_hits() -> None:
    told = wording.contents("genres", [("Drama", 4, 2), ("Documentary", 0, 0)], described=8, since=2015)
    assert (
        told.text
        == "of its 8 releases since 2015: Drama 4 (50 %, 2 in the top quarter of the year); Documentary none"
    )
    assert told.facts == {
        "terms": [
            {"name": "Drama", "count": 4, "hits": 2},
            {"name": "Documentary", "count": 0, "hits": 0},
        ],
        "described": 8,
        "since": 2015,
    }


def test_a_history_names_who_was_worked_with_or_that_nobody_was() -> None:
    assert (
        wording.history("people", [("Ana Ruiz", 2), ("Bo Lind", 0)]).text == "past releases: 2 with Ana Ruiz"
    )
    none = wording.history("people", [("Bo Lind", 0)])
    assert (none.kind, none.text) == ("no_people", "no past release with the film's director or cast")
    assert wording.history("sales agent", []).kind == "unknown_sales_agent"


def test_activity_says_how_much_and_when_last() -> None:
    assert (
        wording.activity(1, 7, "2018-03-04").text
        == "1 release in the last two years of 7 in all, the last on 2018-03-04"
    )
    assert wording.activity(0, 0, "").text == "no release so far"


def test_a_company_of_its_own_name_is_named() -> None:
    assert wording.own_production(["Lumen Production"]).text == (
        "it bears the name of Lumen Production, which produced the film"
    )
    assert wording.own_production([]).text == "no production company of the film bears its name"


def test_the_age_of_films_is_said_by_how_many_came_out_so_old() -> None:
    assert wording.age(1, 3, 8).text == "of its 8 releases, 3 came out the year after, as this film would"
    assert wording.age(-1, 0, 8).text == "the film's year is not known"
    assert wording.age(0, 0, 0).text == "no release of a film whose year is known"
