"""What a version is worth, as one sentence, as figures, and drawn over the knob between value and evenness."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from service.domain.schedules import Schedule
from service.web.charts import drawn
from service.web.pages.organiser.desk import Desk

__all__ = ["Clash", "clashes_of", "knob_chart", "planned_versions", "sentence"]

_CANNOT: Final = "these cannot all hold: "
_MORE: Final = re.compile(r" \(\d+ more conflicts\.\)$")


@dataclass(frozen=True, slots=True)
class Clash:
    """Rows that cannot all hold, none of them needless, and the smallest change that helps."""

    rows: tuple[str, ...]
    remedy: str


def sentence(desk: Desk, schedule: Schedule) -> str:
    """How good a version is, in one sentence."""
    say, reader, report = desk.page.say, desk.page.reader, schedule.report
    meetings = reader.number(report["meetings"])
    share = 1 - report["gap"]
    if report["gap"] < 0.00005:
        good = say("%(meetings)s meetings, proved to be the best possible.", meetings=meetings)
    else:
        # Rounded down: 99.96 % is not all.
        percent = reader.percent(int(share * 1000) / 1000, 1)
        good = say("%(meetings)s meetings, %(share)s of the best possible.", meetings=meetings, share=percent)
    if not report["musts"]:
        return good
    kept, musts = reader.number(report["musts_kept"]), reader.number(report["musts"])
    return good + " " + say("%(kept)s of %(musts)s musts are kept.", kept=kept, musts=musts)


def clashes_of(desk: Desk, texts: Sequence[str]) -> list[Clash]:
    """The planner's conflicts as lists of what contradicts, with names in place of ids."""
    found = []
    for text in texts:
        whole = _MORE.sub("", text)
        rows, _, remedy = whole.rstrip(".").rpartition(". ")
        listed = rows.removeprefix(_CANNOT).split("; ")
        found.append(Clash(tuple(_said(desk, row) for row in listed), desk.told(remedy)))
    return found


def planned_versions(schedules: Sequence[Schedule]) -> list[Schedule]:
    """Those that were planned from nothing, the latest of each setting of the knob, by the knob."""
    by_knob: dict[float, Schedule] = {}
    for one in reversed(schedules):
        knob = one.report.get("evenness_knob")
        if one.based_on is None and knob is not None:
            by_knob[float(knob)] = one
    return [by_knob[knob] for knob in sorted(by_knob)]


def knob_chart(desk: Desk, versions: Sequence[Schedule]) -> Markup | None:
    """Value, and the fewest meetings of anybody, over the knob; None for fewer than two settings."""
    if len(versions) < 2:
        return None
    say = desk.page.say
    most = max(one.report["total_value"] for one in versions) or 1.0
    rows: list[dict[str, Any]] = [
        {
            "knob": one.report["evenness_knob"],
            "share": one.report["total_value"] / most,
            "version": one.number,
            "side": side,
            "gini": one.report["evenness"][key]["gini"],
        }
        for one in versions
        for key, side in (("sellers", say("Sellers")), ("buyers", say("Buyers")))
    ]
    scale = {"domain": [0, 1]}
    knob = {"field": "knob", "type": "quantitative", "title": say("Evenness asked for"), "scale": scale}
    value = {"field": "share", "type": "quantitative", "title": say("Value, share of the highest")}
    gini = {"field": "gini", "type": "quantitative", "title": say("Unevenness (Gini)")}
    side = {
        "field": "side",
        "type": "nominal",
        "title": None,
        "scale": {"range": ["var(--pico-primary)", "var(--gold)"]},
        "legend": {"orient": "top"},
    }
    line: dict[str, Any] = {"type": "line", "point": True}
    percent = {"format": ".2~%"}
    spec: dict[str, Any] = {
        "data": {"values": rows},
        "hconcat": [
            {
                "width": 260,
                "height": 170,
                "mark": {**line, "color": "var(--for)", "point": {"color": "var(--for)"}},
                "encoding": {"x": knob, "y": {**value, "scale": {"zero": False}, "axis": percent}},
            },
            {
                "width": 260,
                "height": 170,
                "mark": line,
                "encoding": {
                    "x": knob,
                    "y": gini,
                    "color": side,
                    "shape": {**side, "scale": {}, "legend": None},
                },
            },
        ],
    }
    return drawn(spec, say("What the knob between value and evenness does, from the versions made so far"))


def _said(desk: Desk, row: str) -> str:
    say = desk.page.say
    tables = {
        "participants": say("Limit"),
        "slots": say("Slots"),
        "tables": say("Tables"),
        "absences": say("Absence"),
        "wishes": say("Wish"),
        "locks": say("Fixed meeting"),
    }
    table, _, rest = row.partition(" ")
    told = desk.told(rest)
    return say("%(what)s: %(which)s", what=tables.get(table, table), which=told) if told else tables[table]
