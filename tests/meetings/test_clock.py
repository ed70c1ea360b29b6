"""Clocks and their parts."""

from __future__ import annotations

import numpy as np

from recommender.meetings.clock import Clock


def test_a_clock_without_a_limit_is_never_over() -> None:
    clock = Clock()
    assert clock.left() == np.inf
    assert not clock.over()
    assert not clock.part(0.1).over()


def test_a_clock_knows_that_a_part_of_it_rang() -> None:
    clock = Clock(3600)
    assert not clock.over()
    assert clock.part(0.0).over()
    assert clock.rang


def test_a_part_has_its_share_of_the_time_left() -> None:
    clock = Clock(3600)
    assert 0 < clock.part(0.5).part(0.5).left() <= 900
