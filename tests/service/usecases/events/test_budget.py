"""A plan takes the time that it may take, with all that comes after it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from recommender.meetings import domain as core
from recommender.meetings import explained, infeasible, knob, planner
from service.settings import Settings
from service.usecases.events.planning import Planned, plan_apart


def test_one_limit_is_for_the_plan_for_the_rest_for_what_contradicts_and_for_the_knob(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start, now = datetime(2026, 5, 14, 9), [0.0]
    limits: list[float] = []
    monkeypatch.setattr("recommender.meetings.clock.time", SimpleNamespace(monotonic=lambda: now[0]))

    def counted(real: Any, at: int, takes: float) -> Any:
        def call(*args: Any, **options: Any) -> Any:
            limit: float = options["time_limit_s"] if "time_limit_s" in options else args[at]
            limits.append(limit)
            now[0] += min(takes, limit)
            return real(*args, **options)

        return call

    monkeypatch.setattr(explained, "plan", counted(planner.plan, 2, 30))
    monkeypatch.setattr(explained, "why_missed", counted(infeasible.why_missed, 2, 2))
    monkeypatch.setattr(knob, "knob", counted(knob.knob, 2, 4))
    people = [
        core.Participant("s", "seller", "S"),
        *(core.Participant(f"b{n}", "buyer", "B") for n in (1, 2)),
    ]
    event = core.Event(
        tuple(people),
        (core.Slot("a", date(2026, 5, 14), start, start + timedelta(minutes=30)),),
        (core.Table("t"),),
        absences=frozenset({("b1", "a")}),
        wishes=(core.Wish("s", "b2", "must"), core.Wish("s", "b1", "must")),
        locks=(core.Lock("s", "b1", "a", "t"),),
    )
    made = plan_apart(Settings(), event, 0.0, 60.0, (), True)
    assert isinstance(made, Planned)
    assert made.gave_up
    assert len(made.plan.meetings) == 1
    first, second, *_, last = limits
    assert first == pytest.approx(0.8 * 0.8 * 60)
    assert second == pytest.approx(0.8 * (0.8 * 60 - 30)), "what is left after the locks that could not hold"
    assert last <= 60 - 30 - second, "the knob has what the plan leaves"
    assert now[0] <= 60
    assert all(limit <= 60 for limit in limits)
