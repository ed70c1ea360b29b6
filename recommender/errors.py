"""Every error of the package, as one tree.

ReelmatchError
├── DataError        the tables are refused; `problems` holds each reason
├── TrainingError    the tables are sound, but there is too little to learn from
├── UnknownIdError   no film or distributor has this id; the message suggests close ones
├── QueryError       the question cannot be answered as asked (film file, territory, vector, number)
├── BundleError      a trained bundle is missing, broken, altered, or of another version or encoder
└── EncoderError     the text encoder cannot be loaded or gave something unusable

A message says what is wrong, where, and what to do next, in one line without control characters.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recommender.market.problems import Problem

__all__ = [
    "BundleError",
    "DataError",
    "EncoderError",
    "QueryError",
    "ReelmatchError",
    "TrainingError",
    "UnknownIdError",
    "quoted",
]


class ReelmatchError(Exception):
    """Base of all errors that a caller can put right; anything else is a defect of the package."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))


class DataError(ReelmatchError):
    """The tables are refused.

    `problems` holds every reason, also those that are only warnings; the message quotes the first
    refusal and counts the rest.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        refusals = [problem for problem in self.problems if problem.refused]
        if not refusals:
            raise ValueError("a DataError needs at least one problem that is a refusal")
        rest = len(refusals) - 1
        more = f" ({rest} more: run `reelmatch validate` on the folder to see all.)" if rest else ""
        super().__init__(f"{refusals[0]}{more}")


class TrainingError(ReelmatchError):
    """The tables are sound, but hold too little to learn from."""


class UnknownIdError(ReelmatchError):
    """No `noun` (film, distributor, ...) has the id `value`; `suggestions` are ids that look like it."""

    def __init__(self, noun: str, value: str, suggestions: Sequence[str] = ()) -> None:
        self.noun = noun
        self.value = value
        self.suggestions = tuple(suggestions)
        close = ", ".join(quoted(suggestion) for suggestion in self.suggestions)
        remedy = f"Did you mean {close}?" if close else f"Look it up in the {noun}s table."
        super().__init__(f"no {noun} has the id {quoted(value)}. {remedy}")


class QueryError(ReelmatchError):
    """The question cannot be answered as asked."""


class BundleError(ReelmatchError):
    """A trained bundle cannot be used.

    what: what is wrong with it, without the remedy, for whoever has a better one.
    """

    def __init__(self, what: str, remedy: str = "") -> None:
        self.what = what
        super().__init__(f"{what}: {remedy}" if remedy else what)


class EncoderError(ReelmatchError):
    """The text encoder cannot be used."""


def quoted(value: object, limit: int = 60) -> str:
    """`value` for a message: in quotes, control and direction characters escaped, shortened to `limit`."""
    text = str(value)
    return repr(text if len(text) <= limit else f"{text[: limit - 1]}…")
