"""The parts of the solver with known answers: flows, exact settlement, repair, refilling a slot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from recommender.meetings.allocate import allocate
from recommender.meetings.bound import bound_of
from recommender.meetings.clock import Clock
from recommender.meetings.domain import Event, PairValue, Participant, Table, Values
from recommender.meetings.improve import refill
from recommender.meetings.network import Network
from recommender.meetings.problem import problem_of
from recommender.meetings.repair import repair
from recommender.meetings.settle import settle
from recommender.meetings.timetable import Timetable
from recommender.meetings.worth import plain_worth
from tests.meetings.small_events import events, slots_of


def _square(people: int, slots: int, tables: int) -> Event:
    """Everybody wants to meet everybody for 1."""
    persons = (
        *(Participant(f"s{n}", "seller") for n in range(people)),
        *(Participant(f"b{n}", "buyer") for n in range(people)),
    )
    values = Values.of(PairValue(f"s{s}", f"b{b}", 1.0) for s in range(people) for b in range(people))
    return Event(persons, slots_of(1, slots), tuple(Table(f"p{n}") for n in range(tables)), values)


def test_a_network_sends_flow_only_where_it_earns() -> None:
    network = Network()
    start, left, right = network.nodes(3)
    ways = network.arcs(start, [left, right], [2, 5], [3, 1])
    back = network.arcs([left, right], start, [9, 9], [-1, -2])
    flows = network.solve()
    assert flows[ways].tolist() == [2, 0]
    assert flows[back].tolist() == [2, 0]
    assert network.earned == 4


def test_an_empty_network_earns_nothing() -> None:
    assert len(Network().solve()) == 0


def test_the_choice_of_pairs_fills_the_tables() -> None:
    table = Timetable(problem_of(_square(4, 3, 2)))
    assert allocate(table, plain_worth(table.problem)).chosen.sum() == 6


def test_the_choice_knows_how_many_are_there_at_each_slot() -> None:
    event = replace(_square(4, 3, 3), absences=frozenset((f"s{n}", "t1") for n in range(3)))
    table = Timetable(problem_of(event))
    assert allocate(table, plain_worth(table.problem)).chosen.sum() == 3 + 1 + 3


def test_cp_sat_finds_and_proves_the_full_timetable_of_a_square() -> None:
    table = Timetable(problem_of(_square(4, 4, 4)))
    worth = plain_worth(table.problem)
    settled = settle(table, worth, np.arange(16), np.arange(4), Clock())
    assert table.placed().all()
    assert settled.proved
    assert settled.gained == settled.bound == worth.total(table.placed(), table.count)


def test_cp_sat_leaves_what_it_cannot_better() -> None:
    table = Timetable(problem_of(_square(2, 2, 2)))
    for pair, slot in ((0, 0), (3, 0), (1, 1), (2, 1)):
        table.place(pair, slot)
    before = table.slot_of.copy()
    assert settle(table, plain_worth(table.problem), np.arange(4), np.arange(2), Clock()).gained == 0
    assert np.array_equal(table.slot_of, before)


def test_repair_moves_others_to_make_room() -> None:
    table = Timetable(problem_of(_square(2, 2, 2)))
    table.place(0, 0)
    table.place(3, 1)
    everything = np.ones(4, dtype=bool)
    repair(table, plain_worth(table.problem), everything, Clock(), np.random.default_rng(0))
    assert table.placed().all()


def test_a_slot_is_refilled_with_the_best_that_meet_at_no_other() -> None:
    event = _square(2, 2, 2)
    event = replace(
        event, values=Values.of(replace(pair, value=4.0 - row) for row, pair in enumerate(event.values))
    )
    table = Timetable(problem_of(event))
    for pair, slot in ((2, 0), (0, 1)):
        table.place(pair, slot)
    assert refill(table, plain_worth(table.problem), 0) > 0
    assert table.pairs_at(0).tolist() == [1, 2]


@pytest.mark.parametrize(
    ("values", "exact"),
    [
        ([0.25, 3.0], True),
        ([1.2345, 0.0001], True),
        ([0.0, 0.0], True),
        ([1 / 3, 2.0], False),
        ([1e-12, 3e-12], False),
    ],
)
def test_values_of_few_decimals_are_counted_exactly(values: list[float], exact: bool) -> None:
    event = replace(
        _square(2, 1, 1), values=Values.of(PairValue("s0", f"b{n}", v) for n, v in enumerate(values))
    )
    problem = problem_of(event)
    worth = plain_worth(problem)
    counted = [worth.value_of(int(joint)) for joint in worth.joint]
    assert counted == pytest.approx(problem.value.tolist(), rel=1e-6, abs=0.0)
    assert (worth.grain > 1) == exact
    assert all(value >= given or exact for value, given in zip(counted, problem.value.tolist(), strict=True))


def test_wants_do_not_raise_the_bound_of_exact_values() -> None:
    event = _square(2, 1, 2)
    problem = problem_of(event)
    problem = replace(problem, want=np.ones(problem.pairs, dtype=bool))
    worth = plain_worth(problem)
    assert worth.value_of(int(worth.joint[:2].sum())) == 2.0


def test_a_bound_that_keeps_fewer_musts_is_no_lower() -> None:
    event = _square(3, 2, 1)
    problem = problem_of(event)
    problem = replace(problem, must=np.arange(9) < 2, value=np.where(np.arange(9) < 2, 0.1, 1.0))
    start = Timetable(problem)
    bounds = [bound_of(start, musts, 0, Clock()) for musts in (2, 1, 0)]
    assert bounds == pytest.approx([0.2, 1.1, 2.0], abs=1e-5)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(events())
def test_nothing_that_settles_or_repairs_ever_loses_worth(event: Event) -> None:
    table = Timetable(problem_of(event))
    worth = plain_worth(table.problem)
    for pair in range(0, table.problem.pairs, 2):
        if table.allows(pair, 0):
            table.place(pair, 0)
    everything = np.ones(table.problem.pairs, dtype=bool)
    levels = [worth.total(table.placed(), table.count)]
    repair(table, worth, everything, Clock(), np.random.default_rng(0))
    levels.append(worth.total(table.placed(), table.count))
    refill(table, worth, table.problem.slots - 1)
    levels.append(worth.total(table.placed(), table.count))
    settle(table, worth, np.arange(table.problem.pairs), np.arange(table.problem.slots), Clock())
    levels.append(worth.total(table.placed(), table.count))
    assert levels == sorted(levels)
