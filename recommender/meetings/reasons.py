"""Why two do not meet, as facts and in English."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

__all__ = ["Block", "Come", "Gives", "Why", "WhyKind"]

WhyKind = Literal["no-go", "absence", "limit", "no table", "fixed", "lower value", "other aims", "room"]


@dataclass(frozen=True, slots=True)
class Gives:
    """The meeting of `who` that would be given up. fixed: by a lock, a must or a minimum."""

    who: str
    partner: str
    value: float
    fixed: bool

    def __str__(self) -> str:
        return f"{self.partner} ({self.value:.3g}{', fixed' if self.fixed else ''})"


@dataclass(frozen=True)
class Block:
    """What stands in the way at a slot: somebody is busy, has reached a limit, or no table is left.

    held: meetings that he has, of the day where that limit is reached. most, most_per_day: what the limits would
    have to be, None where they are not in the way. gives: what he, or who has a table, would give up.
    """

    kind: Literal["busy", "limit", "table"]
    who: str = ""
    held: int = 0
    most: int | None = None
    most_per_day: int | None = None
    gives: Gives | None = None

    @cached_property
    def fact(self) -> str:
        """In English."""
        if self.kind == "busy":
            return f"{self.who} would give up {self.gives}"
        if self.kind == "table":
            return "no table is left" + (
                f" unless {self.gives.who} gives up {self.gives}" if self.gives else ""
            )
        day = " that day" if self.most_per_day is not None else ""
        limit = f"{self.who} has {self.held} meeting{'' if self.held == 1 else 's'}{day}, the limit"
        return f"{limit}, and would give up {self.gives}" if self.gives else limit

    def step(self, slot: str) -> str:
        """What would help, in English."""
        if self.kind == "busy" and self.gives:
            return f"cancel {self.who} with {self.gives.partner}"
        if self.kind == "table":
            return f"add a table in slot {slot}"
        raised = {"max_meetings": self.most, "max_per_day": self.most_per_day}
        return " and ".join(f"raise {name} of {self.who} to {to}" for name, to in raised.items() if to)


@dataclass(frozen=True, slots=True)
class Come:
    """`who` would have to come to a slot from which he is absent."""

    who: str
    slot: str

    def __str__(self) -> str:
        return f"end the absence of {self.who} in slot {self.slot}"


@dataclass(frozen=True, slots=True)
class Why:
    """Why a pair does not meet. kind: see WhyNot. of: whose no-go. slot: the best one. value: of the meeting.

    loss: what would be given up for it, None where that is fixed. blocks: what is in the way there. come: an absence
    that would help.
    """

    kind: WhyKind
    pair: tuple[str, str]
    value: float = 0.0
    of: str = ""
    slot: str = ""
    loss: float | None = None
    blocks: tuple[Block, ...] = ()
    come: Come | None = None

    def __str__(self) -> str:
        one, other = self.pair
        if self.kind == "no-go":
            return f"no-go: {self.of} does not want it. To have it, withdraw the no-go"
        if self.kind == "absence":
            relax = self.come or f"bring {one} and {other} together in a slot"
            return f"absence: {one} and {other} share no slot. To have it, {relax}"
        if self.kind == "room":
            return f"room: both and a table are free in slot {self.slot}. To have it, add it there"
        facts = ", ".join(block.fact for block in self.blocks)
        steps = str(self.come) if self.come else " and ".join(block.step(self.slot) for block in self.blocks)
        given = "," if self.loss is None else f": {self.loss:.3g}"
        worth = f"for a meeting worth {self.value:.3g}. To have it, {steps}"
        return f"{self.kind}: in slot {self.slot} {facts}{given} {worth}"
