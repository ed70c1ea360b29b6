"""Facts of a match in the words of the trade. Numbers in, sentences out; a sentence says only what was counted."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = [
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


def likeness(closest: str, similarity: float, near: int, nearest: int, territory: str) -> str:
    """closest: its release most like the film. near: how many of the `nearest` like it in the territory are its."""
    return (
        f"its closest release is {closest}, similarity {similarity:.2f}; it has {near} of the {nearest} releases "
        f"in {territory} most like this film"
    )


def briefly(similarity: float) -> str:
    """A distributor known by its brief alone."""
    return f"its brief and the synopsis have a similarity of {similarity:.2f}; it has no release yet"


def contents(what: str, counts: Sequence[tuple[str, int, int]], described: int, since: int) -> str:
    """How much of a catalogue is what the film is.

    what: genres, countries or languages. counts: name, how many of the `described` releases since the year
    `since` are so, and how many of those were hits.
    """
    if not described:
        return f"no release of it here whose {what} are known"
    said = "; ".join(_content(name, count, hits, described) for name, count, hits in counts)
    return (
        f"of its {_releases(described)} since {since}: {said}" if said else f"the film's {what} are not known"
    )


def _content(name: str, count: int, hits: int, described: int) -> str:
    if not count:
        return f"{name} none"
    best = f", {hits} in the top quarter of the year" if hits else ""
    return f"{name} {count} ({count / described:.0%}{best})".replace("%", " %")


def history(counts: Sequence[tuple[str, int]], who: str) -> str:
    """counts: name and how many of its past releases were with it. who: what the names are."""
    worked = [f"{count} with {name}" for name, count in counts if count]
    if worked:
        return "past releases: " + ", ".join(worked)
    return (
        f"no past release with the film's {who}" if counts else f"the film's {who} not known from past films"
    )


def own_production(companies: Sequence[str]) -> str:
    """companies: those of the film's production companies that bear the distributor's name."""
    if companies:
        return f"it bears the name of {', '.join(companies)}, which produced the film"
    return "no production company of the film bears its name"


def age(years: int, count: int, dated: int) -> str:
    """years: the film's age now, -1 where unknown. count: how many of `dated` releases came out at that age."""
    if years < 0:
        return "the film's year is not known"
    if not dated:
        return "no release of a film whose year is known"
    old = ("in the year they were made", "the year after", "two years after", "three or more years after")[
        years
    ]
    return f"of its {_releases(dated)}, {count} came out {old}, as this film would"


def activity(recent: int, total: int, last: str) -> str:
    """recent: releases of the last two years. last: the date of the last one, "" where there is none."""
    if not last:
        return "no release so far"
    return f"{_releases(recent)} in the last two years of {total} in all, the last on {last}"


def size(percentile: float, territory: str) -> str:
    """percentile: the mean size of its releases among those of the territory, 0..1."""
    return f"its releases are on average wider than {percentile:.0%} of those in {territory}".replace(
        "%", " %"
    )


def success(percentile: float | None, rated: int) -> str:
    """percentile: the median outcome of its `rated` releases most like the film."""
    if percentile is None:
        return "no outcome is known of its releases like this film"
    return (
        f"its {rated} releases most like this film did better than {percentile:.0%} of the territory's year "
        "(median)"
    ).replace("%", " %")


def pattern(place: int, pool: int) -> str:
    """place: its rank by the LightFM models alone."""
    return f"the pattern of past deals alone puts it {place} of {pool} for this film"


def elsewhere(place: int, pool: int, buyers: int) -> str:
    """place: its rank by shared purchases. buyers: how many released this very film in other territories."""
    of_whom = f"the {buyers} known buyers of this film" if buyers > 1 else "the known buyer of this film"
    whom = of_whom if buyers else "buyers of similar films"
    return f"{place} of {pool} by how often it released what {whom} in other territories did"


def _releases(count: int) -> str:
    return f"{count} release" + ("" if count == 1 else "s")
