"""What a version is worth, as one sentence, as figures, and drawn over the knob between value and evenness."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from service.domain.schedules import Schedule
from service.web.charts import drawn
from service.web.pages.organiser.desk import Desk

__all__ = ["Clash", "clashes_of", "knob_chart", "sentence"]

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
    if report["gap"] is None:
        good = say(
            "%(meetings)s meetings. Plan again to know how near they are to the best possible.",
            meetings=meetings,
        )
    elif report["gap"] < 0.00005:
        good = say("%(meetings)s meetings, proved to be the best possible.", meetings=meetings)
    else:
        # Rounded down: 99.96 % is not all.
        percent = reader.percent(int((1 - report["gap"]) * 1000) / 1000, 1)
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


def knob_chart(desk: Desk, report: Mapping[str, Any]) -> Markup | None:
    """What each setting of the knob gives, and where this version stands; None where that was not worked out."""
    settings: Sequence[Mapping[str, Any]] = report.get("knob") or ()
    if not settings:
        return None
    say = desk.page.say
    most = max(one["value"] for one in settings) or 1.0
    sides = (("sellers", say("Sellers")), ("buyers", say("Buyers")))
    drawn_line = [
        {"knob": one["evenness"], "share": one["value"] / most, "side": name, "gini": one["gini"][number]}
        for one in settings
        for number, (_, name) in enumerate(sides)
    ]
    here = [
        {
            "knob": report["evenness_knob"],
            "share": report["total_value"] / most,
            "side": name,
            "gini": report["evenness"][side]["gini"],
        }
        for side, name in sides
    ]
    knob = {
        "field": "knob",
        "type": "quantitative",
        "title": say("Evenness asked for"),
        "scale": {"domain": [0, 1]},
    }
    value = {
        "field": "share",
        "type": "quantitative",
        "title": say("Value, share of the highest"),
        "scale": {"zero": False},
        "axis": {"format": ".2~%"},
    }
    gini = {"field": "gini", "type": "quantitative", "title": say("Unevenness (Gini)")}
    side = {
        "field": "side",
        "type": "nominal",
        "title": None,
        "scale": {"range": ["var(--pico-primary)", "var(--gold)"]},
        "legend": {"orient": "top"},
    }
    line, mark = {"type": "line", "point": True}, {"type": "point", "size": 160, "strokeWidth": 3}
    green = {"color": "var(--for)"}
    spec: dict[str, Any] = {
        "hconcat": [
            _over(
                drawn_line,
                here,
                {**line, **green, "point": green},
                {**mark, **green},
                {"x": knob, "y": value},
            ),
            _over(drawn_line, here, line, mark, {"x": knob, "y": gini, "color": side}),
        ],
    }
    return drawn(spec, say("What the knob between value and evenness does; rings mark this version"))


def _over(
    rows: Sequence[Mapping[str, Any]],
    here: Sequence[Mapping[str, Any]],
    line: Mapping[str, Any],
    mark: Mapping[str, Any],
    encoding: Mapping[str, Any],
) -> dict[str, Any]:
    """A line over the settings, and rings where a version stands."""
    return {
        "width": 260,
        "height": 170,
        "layer": [
            {"data": {"values": rows}, "mark": line, "encoding": encoding},
            {"data": {"values": here}, "mark": mark, "encoding": encoding},
        ],
    }


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
