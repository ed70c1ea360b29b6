"""Facts of a match in the words of the trade. Numbers in, sentences out; a sentence says only what was counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

__all__ = [
    "Told",
    "activity",
    "age",
    "briefly",
    "contents",
    "elsewhere",
    "history",
    "likeness",
    "own_production",
    "pattern",
    "size",
    "success",
]

_WHO: Final = {
    "people": "director or cast",
    "companies": "production companies",
    "sales agent": "sales agent",
}
_AGES: Final = (
    "in the year they were made",
    "the year after",
    "two years after",
    "three or more years after",
)


@dataclass(frozen=True, slots=True)
class Told:
    """One fact. text: as an English sentence about the distributor.

    kind: which fact it is. facts: what it says, as JSON: territories, countries and languages as codes, days as ISO
    8601, shares 0..1. Whoever words it for somebody needs nothing else.
    """

    kind: str
    facts: Mapping[str, Any]
    text: str


def likeness(title: str, year: int, similarity: float, near: int, nearest: int, territory: str) -> Told:
    """title, year: its release most like the film. near: how many of the `nearest` in the territory are its."""
    return Told(
        "likeness",
        {
            "title": title,
            "year": year,
            "similarity": similarity,
            "near": near,
            "nearest": nearest,
            "territory": territory,
        },
        f"its closest release is {title} ({year}), similarity {similarity:.2f}; it has {near} of the {nearest} "
        f"releases in {territory} most like this film",
    )


def briefly(similarity: float) -> Told:
    """A distributor known by its brief alone."""
    return Told(
        "brief",
        {"similarity": similarity},
        f"its brief and the synopsis have a similarity of {similarity:.2f}; it has no release yet",
    )


def contents(what: str, counts: Sequence[tuple[str, int, int]], described: int, since: int) -> Told:
    """How much of a catalogue is what the film is.

    what: genres, countries or languages. counts: name, how many of the `described` releases since the year
    `since` are so, and how many of those were hits.
    """
    if not described:
        return Told(f"no_{what}", {}, f"no release of it here whose {what} are known")
    if not counts:
        return Told(f"unknown_{what}", {}, f"the film's {what} are not known")
    said = "; ".join(_content(name, count, hits, described) for name, count, hits in counts)
    terms = [{"name": name, "count": count, "hits": hits} for name, count, hits in counts]
    return Told(
        what,
        {"terms": terms, "described": described, "since": since},
        f"of its {_releases(described)} since {since}: {said}",
    )


def _content(name: str, count: int, hits: int, described: int) -> str:
    if not count:
        return f"{name} none"
    best = f", {hits} in the top quarter of the year" if hits else ""
    return f"{name} {count} ({count / described:.0%}{best})".replace("%", " %")


def history(group: str, counts: Sequence[tuple[str, int]]) -> Told:
    """counts: name and how many of its past releases were with it. group: people, companies or sales agent."""
    who, kind = _WHO[group], group.replace(" ", "_")
    worked = [(name, count) for name, count in counts if count]
    if worked:
        said = ", ".join(f"{count} with {name}" for name, count in worked)
        terms = [{"name": name, "count": count} for name, count in worked]
        return Told(kind, {"terms": terms}, f"past releases: {said}")
    if counts:
        return Told(f"no_{kind}", {}, f"no past release with the film's {who}")
    return Told(f"unknown_{kind}", {}, f"the film's {who} not known from past films")


def own_production(companies: Sequence[str]) -> Told:
    """companies: those of the film's production companies that bear the distributor's name."""
    if companies:
        return Told(
            "own_production",
            {"companies": list(companies)},
            f"it bears the name of {', '.join(companies)}, which produced the film",
        )
    return Told("no_own_production", {}, "no production company of the film bears its name")


def age(years: int, count: int, dated: int) -> Told:
    """years: the film's age now, -1 where unknown. count: how many of `dated` releases came out at that age."""
    if years < 0:
        return Told("unknown_age", {}, "the film's year is not known")
    if not dated:
        return Told("no_age", {}, "no release of a film whose year is known")
    return Told(
        "age",
        {"years": years, "count": count, "dated": dated},
        f"of its {_releases(dated)}, {count} came out {_AGES[years]}, as this film would",
    )


def activity(recent: int, total: int, last: str) -> Told:
    """recent: releases of the last two years. last: the date of the last one, "" where there is none."""
    if not last:
        return Told("no_activity", {}, "no release so far")
    return Told(
        "activity",
        {"recent": recent, "total": total, "last": last},
        f"{_releases(recent)} in the last two years of {total} in all, the last on {last}",
    )


def size(percentile: float, territory: str) -> Told:
    """percentile: the mean size of its releases among those of the territory, 0..1."""
    return Told(
        "size",
        {"percentile": percentile, "territory": territory},
        f"its releases are on average wider than {percentile:.0%} of those in {territory}".replace("%", " %"),
    )


def success(percentile: float | None, rated: int) -> Told:
    """percentile: the median outcome of its `rated` releases most like the film."""
    if percentile is None:
        return Told("no_success", {}, "no outcome is known of its releases like this film")
    text = (
        f"its {rated} releases most like this film did better than {percentile:.0%} of the territory's year "
        "(median)"
    )
    return Told("success", {"percentile": percentile, "rated": rated}, text.replace("%", " %"))


def pattern(place: int, pool: int) -> Told:
    """place: its rank by the LightFM models alone."""
    return Told(
        "pattern",
        {"place": place, "pool": pool},
        f"the pattern of past deals alone puts it {place} of {pool} for this film",
    )


def elsewhere(place: int, pool: int, buyers: int) -> Told:
    """place: its rank by shared purchases. buyers: how many released this very film in other territories."""
    of_whom = f"the {buyers} known buyers of this film" if buyers > 1 else "the known buyer of this film"
    whom = of_whom if buyers else "buyers of similar films"
    return Told(
        "elsewhere",
        {"place": place, "pool": pool, "buyers": buyers},
        f"{place} of {pool} by how often it released what {whom} in other territories did",
    )


def _releases(count: int) -> str:
    return f"{count} release" + ("" if count == 1 else "s")
