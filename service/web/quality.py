"""The figures of a bundle as rows and charts: from the JSON that training kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from markupsafe import Markup

from service.web.charts import drawn
from service.web.marking import _
from service.web.reader import Reader

__all__ = ["BASELINES", "TerritoryRow", "bars", "compared", "diagram", "reach_chart", "territory_rows"]


BASELINES: Final = {
    "popularity": _("Who buys most"),
    "nearest synopses": _("Who bought what reads alike"),
}
"""The names of recommender.evaluation.baselines as people read them."""

FIGURES: Final = {
    "ndcg@10": _("NDCG@10"),
    "ndcg_10": _("NDCG@10"),
    "mrr": _("Mean reciprocal rank"),
    "recall@5": _("Buyers among the first 5"),
    "recall@10": _("Buyers among the first 10"),
    "recall@20": _("Buyers among the first 20"),
    "listed": _("Buyers among the candidates"),
    "ece_top_tenth": _("Error of the probabilities, top tenth"),
    "log_loss": _("Log loss"),
    "expected_deals": _("Deals expected"),
    "actual_deals": _("Deals made"),
    "passes": _("Films passed on"),
    "standing_taken": _("Candidates below who took the film"),
    "standing_passed": _("Candidates below who passed on it"),
    "queries": _("Questions"),
    "held_out_from": _("Held back from"),
}
"""The names of figures as people read them."""

_SCORES: Final = ("ndcg@10", "ndcg_10", "mrr", "ece_top_tenth", "log_loss")
_SHARES: Final = ("recall@5", "recall@10", "recall@20", "listed", "standing_taken", "standing_passed")
_MEASURE: Final = "ndcg@10"
_DRAWN: Final = 12
_COLOURS: Final = ("var(--pico-primary)", "var(--gold)", "var(--against)")


@dataclass(frozen=True, slots=True)
class TerritoryRow:
    """NDCG@10 in one territory. before: of the bundle then in force; baselines: by their names."""

    territory: str
    queries: int
    ours: float | None
    before: float | None
    baselines: Mapping[str, float | None]


def _told(reader: Reader, name: str, value: float | None) -> str:
    """A figure as people read it."""
    if value is None:
        return "–"
    if name == "held_out_from":
        return reader.day(date.fromordinal(int(value)))
    if name in _SHARES:
        return reader.percent(value, 1)
    return reader.score(value) if name in _SCORES else reader.number(round(value, 1))


def compared(
    reader: Reader, one: Mapping[str, Any], other: Mapping[str, Any]
) -> tuple[tuple[str, str, str], ...]:
    """The figures that either has: name, not translated yet, and both sides."""
    return tuple(
        (text, _told(reader, name, one.get(name)), _told(reader, name, other.get(name)))
        for name, text in FIGURES.items()
        if name in one or name in other
    )


def territory_rows(comparison: Mapping[str, Any] | None) -> tuple[TerritoryRow, ...]:
    """The territories of a comparison, those asked about most often first; () where none were kept."""
    new = (comparison or {}).get("new") or {}
    before = ((comparison or {}).get("in_force") or {}).get("territories", {})
    baselines = new.get("baselines", {})
    rows = [
        TerritoryRow(
            territory=code,
            queries=int(one["queries"]),
            ours=one[_MEASURE],
            before=before.get(code, {}).get(_MEASURE),
            baselines={name: of["territories"].get(code, {}).get(_MEASURE) for name, of in baselines.items()},
        )
        for code, one in new.get("territories", {}).items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.queries, row.territory)))


def bars(reader: Reader, rows: Sequence[TerritoryRow]) -> Markup:
    """The largest territories, our bar above those of the baselines."""
    ours = reader.say("Reelmatch")
    names = [ours, *(reader.say(BASELINES.get(name, name)) for name in rows[0].baselines)]
    values = [
        {"territory": reader.territory(row.territory), "how": name, "value": value}
        for row in rows[:_DRAWN]
        for name, value in zip(names, (row.ours, *row.baselines.values()), strict=True)
        if value is not None
    ]
    spec = {
        "data": {"values": values},
        "width": 340,
        "height": {"step": 12},
        "mark": {"type": "bar"},
        "encoding": {
            "y": {"field": "territory", "type": "nominal", "title": None, "sort": None},
            "yOffset": {"field": "how", "sort": names},
            "x": {
                "field": "value",
                "type": "quantitative",
                "title": reader.say("NDCG@10, higher is better"),
                "scale": {"domain": [0, 1]},
            },
            "color": _coloured("how", names),
        },
    }
    return drawn(spec, reader.say("Bars of NDCG@10 in each territory, ours beside simpler ways to rank"))


def diagram(reader: Reader, bins: Sequence[Mapping[str, Any]]) -> Markup:
    """What was said against what happened, with the diagonal on which both are equal.

    bins: said, happened, pairs; low and high where the share's true value lies in between.
    """
    top = max(max(one["said"], one.get("high", one["happened"])) for one in bins)
    top = min(1.0, max(0.02, top * 1.05))
    scale = {"domain": [0, top], "type": "sqrt"}
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": [{"said": 0, "happened": 0}, {"said": top, "happened": top}]},
            "mark": {"type": "line", "strokeDash": [4, 4], "color": "var(--pico-muted-color)"},
            "encoding": _axes(reader, scale),
        },
        {
            "data": {"values": list(bins)},
            "mark": {"type": "point", "filled": True, "size": 70, "color": _COLOURS[0], "opacity": 1},
            "encoding": _axes(reader, scale),
        },
    ]
    if "low" in bins[0]:
        ends = {**_axes(reader, scale), "y2": {"field": "high"}}
        ends["y"] = {**ends["y"], "field": "low"}
        layers.insert(
            1,
            {
                "data": {"values": list(bins)},
                "mark": {"type": "rule", "color": _COLOURS[0]},
                "encoding": ends,
            },
        )
    text = reader.say("Points of what was said against what happened; on the diagonal both are the same")
    return drawn({"width": 320, "height": 260, "layer": layers}, text)


def reach_chart(reader: Reader, bands: Sequence[Mapping[str, Any]]) -> Markup:
    """The share of the distributors of each size that are ever in a top ten."""
    values = [
        {"band": band["band"], "shown": band["shown"] / band["ranked"]} for band in bands if band["ranked"]
    ]
    spec = {
        "data": {"values": values},
        "width": 320,
        "height": 170,
        "mark": {"type": "bar", "color": _COLOURS[0]},
        "encoding": {
            "x": {
                "field": "band",
                "type": "nominal",
                "sort": None,
                "title": reader.say("Deals in the three years before"),
                "axis": {"labelAngle": 0},
            },
            "y": {
                "field": "shown",
                "type": "quantitative",
                "title": reader.say("Ever in a top ten"),
                "axis": {"format": ".0%"},
                "scale": {"domain": [0, 1]},
            },
        },
    }
    return drawn(spec, reader.say("Bars of the share of distributors that are ever shown, by their size"))


def _axes(reader: Reader, scale: Mapping[str, Any]) -> dict[str, Any]:
    axis = {"format": ".0%", "tickCount": 5}
    return {
        "x": {
            "field": "said",
            "type": "quantitative",
            "title": reader.say("What was said"),
            "scale": scale,
            "axis": axis,
        },
        "y": {
            "field": "happened",
            "type": "quantitative",
            "title": reader.say("What happened"),
            "scale": scale,
            "axis": axis,
        },
    }


def _coloured(field: str, names: Sequence[str]) -> dict[str, Any]:
    return {
        "field": field,
        "type": "nominal",
        "title": None,
        "sort": names,
        "scale": {"domain": names, "range": list(_COLOURS[: len(names)])},
        "legend": {"orient": "bottom", "columns": 1},
    }
