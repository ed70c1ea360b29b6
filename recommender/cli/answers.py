"""Matches, suggestions and similar films as text of at most 100 columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from recommender.cli.words import WIDTH, beside, chance, clean, columns, count, cut, film_name, percent, wrap
from recommender.market.domain import Comparable, Match, Outlook, Reason
from recommender.matching.matcher import Matches, SimilarFilm

__all__ = ["matches_text", "similar_text", "suggestions_text"]

NAME_WIDTH = 44
REASONS = 5
SUGGESTION_REASONS = 2
COMPARABLES = 3
DEALS = 4
INDENT = " " * 6


def matches_text(film: str, territory: str, found: Matches) -> str:
    """The distributors of one territory for a film (its title or id), each with its reasons."""
    if found.sold:
        return "\n".join(wrap(f"{film} in {territory}: {found.sold}"))
    shown = f"the first {len(found.matches)} of " if len(found.matches) < found.eligible else ""
    lines = wrap(f"{film} in {territory}: {shown}{count(found.eligible, 'eligible distributor')}")
    for match, head in zip(found.matches, _heads(found.matches, distributors=True), strict=True):
        lines += ["", head, *_reasons(match.reasons, REASONS)]
        lines += _like_it(match.comparables)
        lines += _outlook(match.outlook, territory)
    return "\n".join(lines)


def suggestions_text(distributor_id: str, matches: Sequence[Match]) -> str:
    """The films for a distributor, each with its strongest reasons."""
    if not matches:
        return "\n".join(wrap(f"{distributor_id}: no film is left that it has not released."))
    first = matches[0]
    lines = wrap(f"{first.name} in {first.territory}: {count(len(matches), 'film')}, the likeliest first")
    for match, head in zip(matches, _heads(matches, distributors=False), strict=True):
        lines += ["", head, *_reasons(match.reasons, SUGGESTION_REASONS)]
    return "\n".join(lines)


def similar_text(film_id: str, films: Sequence[SimilarFilm]) -> str:
    """The films like a film, each with who released it where."""
    lines = wrap(f"Films like {film_id}, by cosine similarity" if films else f"No film is like {film_id}.")
    names = [film_name(film.title, film.year, NAME_WIDTH) for film in films]
    width = max(map(columns, names), default=0) + 2
    for film, name in zip(films, names, strict=True):
        lines += ["", f"{film.similarity:5.2f}  " + beside(name, clean(film.film_id), width)]
        lines += _released(film.deals)
    return "\n".join(lines)


def _heads(matches: Sequence[Match], distributors: bool) -> Iterator[str]:
    """Rank, name, probability and id of each match, in columns."""
    names = [cut(match.name if distributors else match.title, NAME_WIDTH) for match in matches]
    percents = [percent(match.probability) for match in matches]
    chances = [f"({chance(match.probability)})" for match in matches]
    name_width = max(map(columns, names), default=0) + 2
    percent_width = max(map(len, percents), default=0)
    chance_width = max(map(len, chances), default=0) + 2
    for match, name, share, words in zip(matches, names, percents, chances, strict=True):
        identity = clean(match.distributor_id if distributors else match.film_id)
        words = beside(words, identity, chance_width)
        yield f"{match.rank:4}  {beside(name, share.rjust(percent_width), name_width)} {words}"


def _reasons(reasons: Sequence[Reason], limit: int) -> Iterator[str]:
    """The strongest reasons, for and against; what they leave out is counted."""
    ordered = sorted(reasons, key=lambda reason: -abs(reason.log_odds))
    for reason in ordered[:limit]:
        mark = "-" if reason.log_odds < 0 else "+"
        yield from wrap(reason.text, f"{INDENT}{mark} ", f"{INDENT}  ")
    if len(ordered) > limit:
        yield f"{INDENT}  and {count(len(ordered) - limit, 'weaker reason')}"


def _like_it(comparables: Sequence[Comparable]) -> list[str]:
    shown = [
        f"{film_name(past.title, past.year, WIDTH // 2)}, {past.territory} {past.release_date.year}"
        f"{_outcome(past)}"
        for past in comparables[:COMPARABLES]
    ]
    return wrap("; ".join(shown), f"{INDENT}like it: ", f"{INDENT}         ") if shown else []


def _released(deals: Sequence[Comparable]) -> list[str]:
    if not deals:
        return [f"{' ' * 7}no release known"]
    shown = [
        f"{deal.territory} {deal.release_date.year} {deal.distributor_id}{_outcome(deal)}"
        for deal in deals[:DEALS]
    ]
    more = [f"and {len(deals) - DEALS} more"] if len(deals) > DEALS else []
    return wrap("; ".join([*shown, *more]), " " * 7, " " * 7)


def _outcome(past: Comparable) -> str:
    if past.outcome_percentile is None:
        return ""
    return f" (did better than {past.outcome_percentile:.0%} there that year)".replace("%", " %")


def _outlook(outlook: Outlook, territory: str) -> list[str]:
    if not outlook.releases:
        return []
    parts: Iterable[str] = [f"{count(outlook.releases, 'comparable release')} by it"]
    if outlook.share_above_median is None or outlook.median_percentile is None:
        parts = [*parts, "outcome unknown"]
    else:
        above = f"{outlook.share_above_median:.0%} did better than the median of {territory}"
        middle = f"the middle one better than {outlook.median_percentile:.0%} of the releases there"
        parts = [*parts, above.replace("%", " %"), middle.replace("%", " %")]
    return wrap(", ".join(parts), f"{INDENT}outlook: ", f"{INDENT}         ")
