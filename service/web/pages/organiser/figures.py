"""What a version is worth, as one sentence, as figures, and drawn over the knob between value and evenness."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from service.domain.schedules import Schedule
from service.usecases.exporting.contradictions import Contradiction, Naming
from service.web.charts import drawn
from service.web.pages.organiser.desk import Desk

__all__ = ["contradictions_of", "knob_chart", "sentence"]


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


def contradictions_of(desk: Desk, stored: Iterable[Mapping[str, Any]]) -> list[Contradiction]:
    """What cannot all hold, in words. stored: as events/contradictions.py stores it."""
    naming = Naming(desk.page.say, desk.name, desk.slot_name)
    return [Contradiction.of(one, naming) for one in stored]


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
