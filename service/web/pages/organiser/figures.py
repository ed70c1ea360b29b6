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
_KEY: Final = re.compile(r"'([^']*)'")
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
    """A row of the event's tables in words; what the planner writes is the table, its keys in quotes, a column."""
    say, told = desk.page.say, desk.told
    table, keys = row.partition(" ")[0], _KEY.findall(row)
    column = _KEY.sub("", row.removeprefix(table)).strip()
    if table == "wishes" and len(keys) == 3:
        both = {"who": desk.name(keys[0]), "whom": desk.name(keys[1])}
        if keys[2] == "must":
            return say("Wish: %(who)s must meet %(whom)s", **both)
        return say("No-go: %(who)s does not want to meet %(whom)s", **both)
    if table == "absences" and len(keys) == 2:
        return say("Absence: %(who)s, %(when)s", who=desk.name(keys[0]), when=desk.slot_name(keys[1]))
    if table == "locks" and len(keys) >= 3:
        names = {"one": desk.name(keys[0]), "other": desk.name(keys[1]), "when": desk.slot_name(keys[2])}
        return say("Fixed meeting: %(one)s and %(other)s, %(when)s", **names)
    if table == "participants" and len(keys) == 1 and column:
        return say("Limit: %(what)s of %(who)s", what=told(column), who=desk.name(keys[0]))
    if table == "tables" and keys:
        return say("Table: %(table)s", table=keys[0])
    whole = {"slots": say("The number of slots"), "tables": say("The number of tables")}
    return whole.get(table, told(row))
