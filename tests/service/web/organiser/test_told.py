"""What stands against a meeting, in the organiser's own words: names, days and times in place of ids."""

from __future__ import annotations

import string
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from recommender.meetings.breaches import TEXTS as ENGLISH
from recommender.meetings.breaches import Breach
from recommender.meetings.domain import Slot
from recommender.meetings.reasons import Block, Come, Gives, Why
from service.domain.events import Event, Participant
from service.web.pages.organiser.breaches import TEXTS, breach_text
from service.web.pages.organiser.desk import Desk
from service.web.pages.organiser.reasons import balance_text, fact_texts, reason_text, relax_text
from service.web.reader import Reader

STARTS = datetime(2026, 5, 14, 7, tzinfo=UTC)
BOTH = {"one": "s1", "other": "b1"}


@pytest.fixture
def desk() -> Desk:
    """An event in Berlin with Alba, Boreal, Lumen and one slot."""
    page: Any = SimpleNamespace(reader=Reader(), say=Reader().say)
    desk = Desk(page, Event("event", "org", "Market", "Europe/Berlin", STARTS.date(), STARTS.date()))
    people = (("s1", "seller", "Alba"), ("s2", "seller", "Boreal"), ("b1", "buyer", "Lumen"))
    vars(desk)["people"] = {key: Participant(key, side, name) for key, side, name in people}  # type: ignore[arg-type]
    vars(desk)["slots"] = {"sl1": Slot("sl1", date(2026, 5, 14), STARTS, STARTS + timedelta(minutes=30))}
    return desk


@pytest.mark.parametrize(
    ("breach", "words"),
    [
        (Breach("absent", {"who": "s1", "slot": "sl1"}), "Alba is away on 14 May 2026 at 09:00"),
        (
            Breach("limit", {"who": "b1", "held": 1200, "most": 1}),
            "Lumen would have 1,200 meetings, and the limit is 1",
        ),
        (
            Breach("limit", {"who": "b1", "held": 1, "day": "2026-05-14", "most": 0}, kind="limit_day"),
            "Lumen would have 1 meeting on 14 May 2026, and the limit of a day is 0",
        ),
        (
            Breach("table", {**BOTH, "table": "t1", "slot": "sl1"}),
            "table t1 is taken on 14 May 2026 at 09:00 by Alba and Lumen",
        ),
        (Breach("must", {**BOTH, "of": "b1"}), "Alba and Lumen would not meet, which is a must of Lumen"),
        (Breach("busy", {"who": "s9", "other": "b1", "slot": "x"}), "s9 meets Lumen already on x"),
    ],
)
def test_a_breach_names_people_and_times(desk: Desk, breach: Breach, words: str) -> None:
    assert breach_text(desk, breach) == words


@pytest.mark.parametrize("kind", ENGLISH)
def test_every_breach_can_be_told_with_the_facts_that_it_has(kind: str) -> None:
    facts = {name for _, name, _, _ in string.Formatter().parse(ENGLISH[kind]) if name}
    values = dict.fromkeys({*facts, "held"}, "x")
    forms = TEXTS[kind]
    for text in (forms,) if isinstance(forms, str) else forms:
        assert text % values


def test_a_reason_says_what_would_be_given_up_and_what_would_help(desk: Desk) -> None:
    blocks = (
        Block("busy", "s1", gives=Gives("s1", "b1", 1.5, False)),
        Block("limit", "b1", 3, 4, None, Gives("b1", "s2", 2.0, True)),
        Block("table", gives=Gives("s2", "b1", 0.25, False)),
    )
    why = Why("limit", ("s1", "b1"), 0.456, slot="sl1", loss=3.75, blocks=blocks)
    assert reason_text(desk, why) == "The best time would be 14 May 2026 at 09:00"
    assert fact_texts(desk, why) == [
        "Alba would give up Lumen (value 1.50)",
        "Lumen has 3 meetings, which is the limit",
        "Lumen would give up Boreal, which is fixed",
        "no table is left",
        "Boreal would give up Lumen (value 0.25)",
    ]
    assert balance_text(desk, why) == "Worth 0.46; given up for it: 3.75"
    assert relax_text(desk, why) == (
        "cancel the meeting of Alba with Lumen, raise the limit of meetings of Lumen to 4 and add a table on "
        "14 May 2026 at 09:00"
    )


@pytest.mark.parametrize(
    ("why", "reason", "relax"),
    [
        (Why("no-go", ("s1", "b1"), of="b1"), "Lumen does not want it", "withdraw the no-go"),
        (
            Why("absence", ("s1", "b1")),
            "There is no slot in which both are there",
            "bring Alba and Lumen together in a slot",
        ),
        (
            Why("absence", ("s1", "b1"), come=Come("b1", "sl1")),
            "There is no slot in which both are there",
            "end the absence of Lumen on 14 May 2026 at 09:00",
        ),
        (
            Why("room", ("s1", "b1"), slot="sl1"),
            "Both and a table are free on 14 May 2026 at 09:00",
            "add it there",
        ),
        (
            Why("limit", ("s1", "b1"), slot="sl1", blocks=(Block("limit", "s1", 1, None, 2),)),
            "The best time would be 14 May 2026 at 09:00",
            "raise the limit of meetings a day of Alba to 2",
        ),
    ],
)
def test_what_stands_in_the_way_is_told_by_its_kind(desk: Desk, why: Why, reason: str, relax: str) -> None:
    assert (reason_text(desk, why), relax_text(desk, why)) == (reason, relax)


def test_a_limit_of_a_day_is_told_as_such_and_what_is_fixed_is_not_weighed(desk: Desk) -> None:
    why = Why("limit", ("s1", "b1"), slot="sl1", blocks=(Block("limit", "s1", 1, None, 2),))
    assert fact_texts(desk, why) == ["Alba has 1 meeting that day, which is the limit of a day"]
    assert balance_text(desk, why) == ""
