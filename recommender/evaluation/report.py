"""The benchmark page: Markdown with tables and charts. Every number on it comes from the caller."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from recommender.errors import QueryError
from recommender.evaluation.metrics import LARGE, Accuracy
from recommender.evaluation.plots import draw_learning, draw_quality, draw_reach, draw_reliability
from recommender.evaluation.results import DataFacts, FoldResult, LearningPoint, Reach, mean_ndcg

__all__ = ["PAGE", "write_report"]

PAGE = "README.md"

INTRODUCTION = """\
# Benchmark

A film is offered in a territory: which of its independent distributors takes it? A model learns from the
deals before a year and is asked about every deal of that year. It ranks all active candidates, nothing is
sampled; a buyer it leaves out is a miss. Ranking figures are means over queries, from 0 to 1, higher is
better; *macro* is the mean over territories with 50 queries or more."""


def write_report(
    out: Path,
    results: Sequence[FoldResult],
    learning: Sequence[LearningPoint],
    facts: DataFacts,
    notes: Sequence[str] = (),
) -> Path:
    """Write the page and its charts into `out`, made when missing, and return the page's path.

    results: one for each model and fold; models and folds appear in the order of their first result, and the
    first model is looked at more closely. learning: points of the learning curve, may be empty. notes:
    sentences on what was left out or needs saying. The same arguments give the same bytes.

    Raises QueryError when there is no result.
    """
    if not results:
        raise QueryError("there is no result to report: no fold of the protocol has a query in this data")
    out.mkdir(parents=True, exist_ok=True)
    parts = [INTRODUCTION, _facts(facts), *[f"- {note}" for note in notes]]
    for later, heading in ((False, "Folds to choose on"), (True, "Later folds, reported once")):
        chosen = [result for result in results if result.fold.later is later]
        if chosen:
            suffix = "later" if later else "development"
            parts += [f"## {heading}", _headline(chosen), *_quality(out / f"quality-{suffix}.svg", chosen)]
    parts += ["## Small and large distributors", *_reach(out / "reach.svg", results)]
    if any(result.bins for result in results):
        parts += ["## Are the probabilities true?", *_reliability(out / "reliability.svg", results)]
    if learning:
        parts += ["## More history", *_learning(out / "learning.svg", learning)]
    parts += ["## All figures", *_details(results)]
    page = out / PAGE
    page.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return page


def _facts(facts: DataFacts) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in facts.versions.items())
    return (
        f"Measured on {facts.measured_on} on {facts.data}: {facts.films:,} films "
        f"({facts.described_films:,} with a synopsis), {facts.distributors:,} distributors, {facts.deals:,} "
        f"deals released from {facts.first_release} to {facts.last_release}. Versions: {versions}."
    )


def _headline(results: Sequence[FoldResult]) -> str:
    """NDCG@10 of each model: macro of each fold and its mean, then each territory over all folds."""
    folds, territories = _folds(results), _territories(results)
    rows = []
    for model, own in _by_model(results):
        macros = {result.fold.name: result.scores.macro for result in own}
        values = [_ndcg(macros.get(fold)) for fold in folds]
        known = [value for value in values if not math.isnan(value)]
        mean = sum(known) / len(known) if len(known) == len(folds) else math.nan
        rows.append([model, *values, mean, *(mean_ndcg(own, code) for code in territories)])
    return (
        "NDCG@10: macro per fold and their mean, then each territory over all these folds (queries).\n\n"
        + _table(
            ["model", *folds, "mean", *(f"{code} ({asked})" for code, asked in territories.items())], rows
        )
    )


def _quality(path: Path, results: Sequence[FoldResult]) -> list[str]:
    territories = [code for code, asked in _territories(results).items() if asked >= LARGE]
    if not territories:
        return []
    ndcg = {model: {code: mean_ndcg(own, code) for code in territories} for model, own in _by_model(results)}
    draw_quality(path, ndcg)
    best = [
        f"{code} {max(values)[1]} with {max(values)[0]:.3f}"
        for code in territories
        if (values := [(by[code], model) for model, by in ndcg.items() if not math.isnan(by[code])])
    ]
    return [
        _image(path, f"Bars of NDCG@10 for {len(ndcg)} models in each territory. Best: {'; '.join(best)}.")
    ]


def _reach(path: Path, results: Sequence[FoldResult]) -> list[str]:
    totals = {
        model: _sum_reach([result.reach for result in own if result.reach])
        for model, own in _by_model(results)
    }
    totals = {model: bands for model, bands in totals.items() if bands}
    if not totals:
        return ["No run was kept to look at."]
    draw_reach(path, totals)
    model, bands = next(iter(totals.items()))
    shares = "; ".join(
        f"{band.band} deals: {_share(band.shown, band.ranked)}" for band in bands if band.ranked
    )
    text = (
        "How many of the distributors that a model ranks ever appear in a top ten, by the number of their "
        "deals in the three years before, all folds together."
    )
    places, deals = sum(band.places for band in bands), sum(band.deals for band in bands)
    rows = [
        [band.band, band.ranked, _share(band.shown, band.ranked), _share(band.places, places),
         _share(band.deals, deals)]
        for band in bands
    ]  # fmt: skip
    header = ["recent deals", "distributors", "shown", "share of places", "share of true deals"]
    alt = f"Lines of the share of distributors shown, by popularity band. {model}: {shares}."
    return [text, _image(path, alt), f"{model}:\n\n{_table(header, rows)}"]


def _reliability(path: Path, results: Sequence[FoldResult]) -> list[str]:
    honest = [result for result in results if result.bins]
    draw_reliability(path, honest)
    rows: list[list[object]] = []
    for result in honest:
        figures = result.scores.calibration
        ratio = figures.expected_deals / figures.actual_deals if figures.actual_deals else math.nan
        rows.append([result.model, result.fold.name, figures.ece_top_tenth, figures.log_loss, ratio])
    header = ["model", "fold", "error in the top tenth", "log loss", "expected / actual deals"]
    tops = "; ".join(
        f"{r.model} {r.fold.name}: said {r.bins[-1].said:.2f}, happened {r.bins[-1].happened:.2f}"
        for r in honest
    )
    alt = f"What was said against what happened, on logarithmic axes with the diagonal. Highest bin: {tops}."
    text = "Only models that state probabilities; the others give an order. On the diagonal they are exact."
    return [text, _image(path, alt), _table(header, rows)]


def _learning(path: Path, points: Sequence[LearningPoint]) -> list[str]:
    draw_learning(path, points)
    ends = []
    for model in dict.fromkeys(point.model for point in points):
        line = sorted((point.years, point.ndcg_10) for point in points if point.model == model)
        (fewest, first), (most, last) = line[0], line[-1]
        ends.append(f"{model} from {first:.3f} with {fewest:.0f} years to {last:.3f} with {most:.0f}")
    alt = f"Lines of macro NDCG@10 against years of deals to learn from: {'; '.join(ends)}."
    return [
        "The same queries, asked of models that saw only the last years before the fold.",
        _image(path, alt),
    ]


def _details(results: Sequence[FoldResult]) -> list[str]:
    header = [
        "model",
        "territory",
        "queries",
        "NDCG@10",
        "MRR",
        "recall@5",
        "recall@10",
        "recall@20",
        "listed",
        "coverage@10",
    ]
    parts = []
    for fold in _folds(results):
        rows: list[list[object]] = []
        for result in results:
            if result.fold.name != fold:
                continue
            scores = result.scores
            if scores.macro:
                rows.append([result.model, "macro", *_numbers(scores.macro), math.nan])
            rows.append([result.model, "foreign films", *_numbers(scores.foreign), math.nan])
            rows += [
                [result.model, code, *_numbers(own.accuracy), own.coverage_10]
                for code, own in scores.territories.items()
            ]
        parts += [f"### {fold}", _table(header, rows)]
    return parts


def _numbers(accuracy: Accuracy) -> list[object]:
    return [accuracy.queries, *accuracy.to_json().values()]


def _ndcg(accuracy: Accuracy | None) -> float:
    return accuracy.ndcg_10 if accuracy else math.nan


def _sum_reach(parts: Sequence[Sequence[Reach]]) -> list[Reach]:
    def total(same: Sequence[Reach], count: Callable[[Reach], int]) -> int:
        return sum(count(band) for band in same)

    return [
        Reach(
            same[0].band,
            total(same, lambda band: band.ranked),
            total(same, lambda band: band.shown),
            total(same, lambda band: band.places),
            total(same, lambda band: band.deals),
        )
        for same in zip(*parts, strict=True)
    ]


def _by_model(results: Sequence[FoldResult]) -> list[tuple[str, list[FoldResult]]]:
    models = dict.fromkeys(result.model for result in results)
    return [(model, [result for result in results if result.model == model]) for model in models]


def _folds(results: Sequence[FoldResult]) -> list[str]:
    return list(dict.fromkeys(result.fold.name for result in results))


def _territories(results: Sequence[FoldResult]) -> dict[str, int]:
    """Each territory with its queries over all folds, most first."""
    _, one = _by_model(results)[0]
    asked: dict[str, int] = {}
    for result in one:
        for code, own in result.scores.territories.items():
            asked[code] = asked.get(code, 0) + own.accuracy.queries
    return dict(sorted(asked.items(), key=lambda entry: (-entry[1], entry[0])))


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    lines += [f"| {' | '.join(_cell(value) for value in row)} |" for row in rows]
    return "\n".join(lines)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.3f}"
    return str(value).replace("|", "\\|").replace("\n", " ")


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else ""


def _image(path: Path, alt: str) -> str:
    return f"![{alt.replace('[', '(').replace(']', ')')}]({path.name})"
