"""What a bundle says of an event: values of meetings, films to talk about, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from recommender.cli.inputs import cached_encoder, say
from recommender.cli.words import count
from recommender.market import Market
from recommender.matching import load
from recommender.matching.matcher import Matcher
from recommender.meetings.domain import Event, Meeting
from recommender.meetings.talk import TalkingPoint, meeting_talks
from recommender.meetings.value import Background, Scores

__all__ = ["Advice"]

LISTED = 10
"""Names that a note shows before it counts the rest."""


@dataclass(frozen=True, eq=False)
class Advice:
    """A matcher asked about everybody at an event."""

    matcher: Matcher
    background: Background
    scores: Scores

    @classmethod
    def of(cls, bundles: Path, event: Event, lineups: Mapping[str, tuple[str, ...]]) -> Advice:
        """From the bundle in force; who and what it does not know is told. Raises BundleError."""
        bundle = load(bundles)
        matcher = Matcher(bundle, lambda: cached_encoder(None))
        tables = bundle.contents.tables
        background = Background.of(Market(tables["films"], tables["distributors"], tables["deals"]))
        scores = Scores.of(event, lineups, background, matcher)
        unknown = {film for films in lineups.values() for film in films} - background.films
        _note(sorted(unknown), "film", "not in the bundle and left out")
        _note(scores.unknown_sellers, "seller", "without a film of the bundle: worth an average partner")
        _note(scores.unknown_buyers, "buyer", "of no company that the bundle ranks: worth an average partner")
        return cls(matcher, background, scores)

    def films_for(self, meeting: Meeting) -> tuple[str, ...]:
        """The films to talk about, in their order."""
        return self.scores.films_for(meeting)

    def talks(self, meetings: Iterable[Meeting]) -> Iterator[tuple[Meeting, TalkingPoint]]:
        """Why to talk about each film of each meeting."""
        return meeting_talks(self.matcher, self.scores.event, self.background, meetings)


def _note(names: Iterable[str], noun: str, what: str) -> None:
    listed = list(names)
    if listed:
        more = f" and {len(listed) - LISTED} more" if len(listed) > LISTED else ""
        say(f"{count(len(listed), noun)} {what}: {', '.join(listed[:LISTED])}{more}")
