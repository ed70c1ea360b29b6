"""Held-out figures as text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date

from recommender.cli.words import beside, columns
from recommender.evaluation.metrics import LARGE, Accuracy, RunScores

__all__ = ["held_out_text", "scores_text"]


def held_out_text(figures: Mapping[str, float | None]) -> str:
    """The figures of a training below each other; "-" where there is none.

    held_out_from, the ordinal of a day, goes into the heading.
    """
    day = figures.get("held_out_from")
    heading = "held-out figures" + (f", of deals from {date.fromordinal(round(day))} on" if day else "")
    shown = {name: _counted(value) for name, value in figures.items() if name != "held_out_from"}
    width = max(map(columns, shown), default=0) + 4
    return "\n".join([f"{heading}:", *(beside(f"  {name}", text, width) for name, text in shown.items())])


def _counted(value: float | None) -> str:
    """Counts, which come as floats too, without decimals."""
    if value is not None and value > 1 and value.is_integer():
        return f"{value:,.0f}"
    return _number(value)


def scores_text(scores: RunScores) -> str:
    """All figures of a run, rounded to four digits as score.py prints them."""
    header = ["", "queries", *scores.overall.to_json(), "coverage@10"]
    rows = [
        [code, *_accuracy(own.accuracy), _number(own.coverage_10)] for code, own in scores.territories.items()
    ]
    means = {"all": scores.overall, "foreign": scores.foreign, "macro": scores.macro}
    rows += [[name, *_accuracy(mean), ""] for name, mean in means.items() if mean]
    calibration = scores.calibration
    lines = [
        *_table([header, *rows]),
        "",
        "foreign: films that the territory did not produce.",
        f"macro: mean of the territories with {LARGE} queries or more"
        + ("." if scores.macro else "; there is none here."),
        f"expected deals {calibration.expected_deals:.1f}, actual {calibration.actual_deals:.0f}; "
        f"calibration error in the top tenth {_number(calibration.ece_top_tenth)}; "
        f"log loss {_number(calibration.log_loss)}",
    ]
    return "\n".join(lines)


def _accuracy(accuracy: Accuracy) -> list[str]:
    return [str(accuracy.queries), *(_number(value) for value in accuracy.to_json().values())]


def _number(value: float | None) -> str:
    return "-" if value is None or math.isnan(value) else f"{value:.4f}"


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    return [
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows
    ]
