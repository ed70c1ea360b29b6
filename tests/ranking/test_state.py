from dataclasses import replace
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from recommender.matching.train import Fitted
from recommender.ranking.state import Asked
from recommender.ranking.world import World


def weights_of(fitted: Fitted, asked: Asked, territory: str) -> NDArray[np.float32]:
    """What every released film counts for the films asked about."""
    seen = []
    tell = World.abroad

    def listen(
        world: World, near: NDArray[np.float32], distributors: NDArray[np.int32]
    ) -> NDArray[np.float32]:
        seen.append(near.copy())
        return tell(world, near, distributors)

    with patch.object(World, "abroad", listen):
        fitted.model.state.signals(asked, territory)
    return seen[0]


def test_a_film_s_own_releases_elsewhere_tell_nothing_when_it_is_asked_about_cold(fitted: Fitted) -> None:
    state = fitted.model.state
    released = state.world.films[:5].astype(np.int64)
    weights = weights_of(fitted, fitted.films.take(released), "FR")
    assert (weights[np.arange(5), np.arange(5)] == 0).all()
    assert (weights.sum(axis=1) > 0).all()


def test_a_film_that_is_not_in_the_market_hides_no_release(fitted: Fitted) -> None:
    state = fitted.model.state
    asked = fitted.films.take(state.world.films[:1].astype(np.int64))
    described = replace(asked, rows=np.array([-1]))
    assert weights_of(fitted, described, "FR")[0, 0] > 0.9
