"""Rights: what a sales agent holds of a film, and what is sold."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from service.domain.words import Direction, GrantStatus, MediaRight
from service.phrases import Phrase, phrase

__all__ = ["RightsGrant", "Window", "held_by"]


@dataclass(frozen=True, slots=True)
class Window:
    """From starts_on to ends_on, both days included; None is without limit on that side."""

    starts_on: date | None = None
    ends_on: date | None = None

    def __contains__(self, day: date) -> bool:
        after_start = self.starts_on is None or day >= self.starts_on
        return after_start and (self.ends_on is None or day <= self.ends_on)

    def said(self) -> Phrase:
        """In words."""
        first, last = self.starts_on, self.ends_on
        if last is None:
            return phrase("from {first} without end", first=first) if first else phrase("without end")
        if first is None:
            return phrase("to {last}", last=last)
        return phrase("from {first} to {last}", first=first, last=last)


@dataclass(frozen=True, slots=True)
class RightsGrant:
    """One right of one film in one territory during one window.

    company_id: the agent that holds or sells it. licensee_id: the company it is sold to; only and always for
    sold grants. languages: RFC 5646 tags, () is all; `pt` covers `pt-BR`. holdback_until: no use before this
    day. confirmed_on: when someone last said that this is still so. deal_id: the deal it was sold in. grant_id: ""
    for a sale that the deal alone tells, not recorded.
    """

    grant_id: str
    direction: Direction
    film_id: str
    company_id: str
    territory: str
    media_right: MediaRight
    window: Window
    exclusive: bool
    status: GrantStatus
    licensee_id: str | None = None
    languages: tuple[str, ...] = ()
    holdback_until: date | None = None
    confirmed_on: date | None = None
    deal_id: str | None = None
    note: str = ""
    version: int = 1
    created_at: datetime | None = None
    updated_at: datetime | None = None


def held_by(company_ids: Collection[str], grants: Sequence[RightsGrant]) -> tuple[RightsGrant, ...]:
    """The grants of those companies among these that hold any: in reference data each agent has its own."""
    holders = {grant.company_id for grant in grants if grant.direction is Direction.HELD}
    return tuple(grant for grant in grants if grant.company_id in holders.intersection(company_ids))
