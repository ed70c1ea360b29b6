"""What passes on films do to a model, and what they never do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from recommender.matching.bundle import BundleContents
from recommender.matching.packing import pack
from recommender.matching.train import Fitted, fit
from recommender.ranking.model import fit_last_stage
from tests.matching.tasteful import answers, matcher_of, packed_tastes
from tests.matching.test_telling import everything_told
from tests.tastes import TERRITORIES, UNTIL, WordEncoder, fitted_tastes, fitted_with_passes, tasteful_market


def packed() -> BundleContents:
    fitted = fitted_with_passes()
    return pack(fitted.market, fitted.model, fitted.films)


def farthest(one: Fitted, other: Fitted) -> float:
    """The largest difference of two probabilities of the same film and distributor."""
    scored = [
        (one.model.score(one.films, code).probability, other.model.score(other.films, code).probability)
        for code in TERRITORIES
    ]
    return max(float(np.abs(mine - theirs).max()) for mine, theirs in scored)


def passed(*rows: tuple[str, str, str]) -> Fitted:
    declines = pd.DataFrame(rows, columns=["film_id", "distributor_id", "declined_on"])
    return fit(tasteful_market(declines=declines), UNTIL, WordEncoder())


def test_passes_on_or_after_the_day_and_forgotten_ones_change_no_bit() -> None:
    later = [
        ("western-2019-0", f"fr-{taste}", day)
        for taste in ("western", "war")
        for day in ("2018-01-01", "2018-06-01")
    ]
    seen = passed(*later, ("western-2018-0", "fr-western", "2012-12-31"))
    assert [window.declined for window in seen.windows] == [()] * len(seen.windows)
    contents = pack(seen.market, seen.model, seen.films)
    assert answers(matcher_of(contents)) == answers(matcher_of(packed_tastes()))
    for name, array in packed_tastes().arrays["last_stage"].items():
        assert contents.arrays["last_stage"][name].tobytes() == array.tobytes()
    assert seen.figures == fitted_tastes().figures


def test_passes_are_never_interactions_of_the_first_stage_nor_part_of_a_day() -> None:
    with_passes, without = packed(), packed_tastes()
    for group in ("first_stage", "vectors", "vocabulary"):
        assert set(with_passes.arrays[group]) == set(without.arrays[group])
        for name, array in with_passes.arrays[group].items():
            assert array.tobytes() == without.arrays[group][name].tobytes(), name
    for one, other in zip(fitted_with_passes().windows, fitted_tastes().windows, strict=True):
        for mine, theirs in zip((*one.cold, *one.earlier), (*other.cold, *other.earlier), strict=True):
            assert mine.signals.tobytes() == theirs.signals.tobytes()
            np.testing.assert_array_equal(mine.taken, theirs.taken)


def test_they_teach_the_weights_of_the_last_stage() -> None:
    taught, learnt = fitted_with_passes().model.last_stage, fitted_tastes().model.last_stage
    assert (taught.cold.model.weights != learnt.cold.model.weights).any()
    # How many buyers a film finds is counted by films that somebody took.
    assert taught.cold.calibration.buyers == learnt.cold.calibration.buyers


def test_a_bundle_carries_none_of_them() -> None:
    with_passes, without = packed(), packed_tastes()
    assert set(with_passes.tables) == {"films", "distributors", "deals"}
    for name, table in with_passes.tables.items():
        pd.testing.assert_frame_equal(table, without.tables[name])
    assert set(with_passes.documents) == set(without.documents)


def test_what_is_told_moves_with_the_weights_of_the_whole_alone() -> None:
    with_passes, without = packed(), packed_tastes()
    same = replace(
        with_passes,
        arrays={**with_passes.arrays, "last_stage": without.arrays["last_stage"]},
        documents={**with_passes.documents, "ranking": without.documents["ranking"]},
    )
    assert everything_told(matcher_of(same)) == everything_told(matcher_of(without))


def test_neither_one_pass_nor_a_flood_bends_the_probabilities() -> None:
    fitted = fitted_tastes()
    *before, last = fitted.windows
    (declined, *_) = fitted_with_passes().windows[-1].declined
    single = replace(declined, films=declined.films[:1], places=declined.places[:1])
    stage, _ = fit_last_stage([*before, replace(last, declined=(single,))])
    one = replace(fitted, model=replace(fitted.model, last_stage=stage))
    assert 0 < farthest(one, fitted) < 0.01
    # Everybody passed on everything: 3,360 passes before the day, of which at most four count for each purchase.
    assert farthest(fitted_with_passes(), fitted) < 0.05
