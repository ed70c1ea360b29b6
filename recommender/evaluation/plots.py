"""The charts of the benchmark page: SVG whose bytes depend on the figures alone. Alone imports matplotlib."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from recommender.evaluation.results import FoldResult, LearningPoint, Reach

__all__ = ["draw_growth", "draw_learning", "draw_quality", "draw_reach", "draw_reliability"]

STYLE: Final[Any] = {
    "svg.hashsalt": "reelmatch",
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
COLOURS: Final = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#000000", "#8c8c00",
    "#7f3c8d", "#999999", "#a05a2c", "#1b9e77", "#f0027f",
)  # fmt: skip
"""Okabe and Ito's colours, which the colour-blind tell apart, then darker ones."""
MARKERS: Final = "osD^vPX*<>hdp"


def draw_quality(path: Path, ndcg: Mapping[str, Mapping[str, float]]) -> None:
    """Bars of NDCG@10: model -> territory -> value, a group of bars per territory."""
    territories = list(dict.fromkeys(code for values in ndcg.values() for code in values))
    with _chart(path, 9.0, 4.2) as axes:
        width = 0.86 / len(ndcg)
        places = np.arange(len(territories))
        for number, (model, values) in enumerate(ndcg.items()):
            heights = [values.get(code, np.nan) for code in territories]
            offset = (number - (len(ndcg) - 1) / 2) * width
            axes.bar(places + offset, heights, width * 0.92, color=_colour(number), label=model)
        axes.set_xticks(places, territories)
        axes.set_ylabel("NDCG@10")
        axes.grid(visible=False, axis="x")
        _legend_beside(axes)


def draw_reliability(path: Path, results: Sequence[FoldResult]) -> None:
    """What was said against what happened, both on logarithmic axes, a line per model and fold."""
    with _chart(path, 6.4, 5.0) as axes:
        for number, result in enumerate(results):
            shown = [part for part in result.bins if part.said > 0 and part.happened > 0]
            axes.plot(
                [part.said for part in shown],
                [part.happened for part in shown],
                color=_colour(number),
                marker=MARKERS[number % len(MARKERS)],
                linewidth=1,
                label=f"{result.model}, {result.fold.name}",
            )
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.axline((0.01, 0.01), (0.1, 0.1), color="#555555", linestyle="--", linewidth=1, label="exact")
        axes.set_xlabel("probability said (mean of the bin)")
        axes.set_ylabel("share of pairs that became deals")
        axes.legend(frameon=False)


def draw_reach(path: Path, reach: Mapping[str, Sequence[Reach]]) -> None:
    """Share of the distributors of each popularity band that some top ten shows, a line per model."""
    with _chart(path, 9.0, 4.2) as axes:
        for number, (model, bands) in enumerate(reach.items()):
            axes.plot(
                range(len(bands)),
                [band.shown / band.ranked if band.ranked else np.nan for band in bands],
                color=_colour(number),
                marker=MARKERS[number % len(MARKERS)],
                linewidth=2 if number == 0 else 1,
                label=model,
            )
            axes.set_xticks(range(len(bands)), [band.band for band in bands])
        axes.set_ylim(0, 1.03)
        axes.set_xlabel("deals of the distributor in the three years before")
        axes.set_ylabel("share shown in some top ten")
        _legend_beside(axes)


def draw_learning(path: Path, points: Sequence[LearningPoint]) -> None:
    """Macro NDCG@10 against the years of history that a model was given, a line per model."""
    with _chart(path, 6.4, 4.0) as axes:
        for number, model in enumerate(dict.fromkeys(point.model for point in points)):
            line = sorted((point.years, point.ndcg_10) for point in points if point.model == model)
            axes.plot(
                [years for years, _ in line],
                [ndcg for _, ndcg in line],
                color=_colour(number),
                marker=MARKERS[number % len(MARKERS)],
                label=model,
            )
        axes.set_ylim(bottom=0)
        axes.set_xlabel("years of deals to learn from")
        axes.set_ylabel("NDCG@10, macro")
        axes.legend(frameon=False)


def draw_growth(path: Path, growth: Mapping[str, Sequence[tuple[int, float]]]) -> None:
    """Seconds that plans took against their numbers of meetings, a line per kind of event."""
    with _chart(path, 6.4, 4.0) as axes:
        for number, (kind, line) in enumerate(growth.items()):
            meetings, seconds = zip(*line, strict=True)
            axes.plot(meetings, seconds, color=_colour(number), marker=MARKERS[number], label=kind)
        axes.set_xlim(left=0)
        axes.set_ylim(bottom=0)
        axes.set_xlabel("meetings planned")
        axes.set_ylabel("seconds")
        axes.legend(frameon=False)


@contextmanager
def _chart(path: Path, width: float, height: float) -> Iterator[Axes]:
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasSVG(figure)
        yield figure.subplots()
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})


def _legend_beside(axes: Axes) -> None:
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]
