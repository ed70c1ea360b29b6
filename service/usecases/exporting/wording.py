"""How a file says things: plainly to a program, or to a person as the pages do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from service.usecases.events.talking import Talk

__all__ = ["PLAIN", "Wording", "_", "headed"]


def _(text: str) -> str:
    """Marks a text for the catalogue; it is said elsewhere."""
    return text


@dataclass(frozen=True, slots=True)
class Wording:
    """say: a text with its %(name)s filled in. clock: a moment in the time zone that is named. reason: of a match.

    mine: whether a reason is told to the distributor that it is about.
    """

    say: Callable[..., str]
    day: Callable[[date], str]
    weekday: Callable[[date], str]
    clock: Callable[[datetime, str], str]
    label: Callable[[StrEnum], str]
    territory: Callable[[str], str]
    talk: Callable[[Talk], Sequence[str]]
    reason: Callable[[Mapping[str, Any], bool], str]


def headed(columns: Sequence[str], heads: Mapping[str, str], wording: Wording) -> tuple[str, ...]:
    """Columns as a program names them, or as people read them. heads: the texts of people by column."""
    return tuple(columns if wording is PLAIN else (wording.say(heads[name]) for name in columns))


def _say(text: str, **values: object) -> str:
    return text % values if values else text


PLAIN: Final = Wording(
    say=_say,
    day=date.isoformat,
    weekday=lambda day: f"{day:%A}, {day.isoformat()}",
    clock=lambda moment, zone: f"{moment.astimezone(ZoneInfo(zone)):%H:%M}",
    label=lambda word: word.value,
    territory=lambda code: code,
    talk=lambda talk: talk.reasons,
    reason=lambda reason, _mine: str(reason["text"]),
)
"""English, with codes, days of ISO 8601 and words as the API writes them."""
