"""Plans, schedules and changes by hand as the API takes and gives them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from recommender.meetings import domain as core
from recommender.meetings.breaches import Breach
from recommender.meetings.difference import Difference
from recommender.meetings.standby import StandBy
from service.api.schemas.base import In, Lines, example
from service.api.schemas.events import Id
from service.domain.schedules import Schedule
from service.domain.words import ScheduleState
from service.usecases.events.asking import LeftOut
from service.usecases.events.editing import Add, Cancel, Change, Move, Preview, Swap
from service.usecases.events.planning import LONGEST_S, PlanRequest
from service.usecases.events.schedules import Versioned

__all__ = [
    "ChangeIn",
    "DifferenceOut",
    "LeftOutOut",
    "MeetingOut",
    "PlanIn",
    "PreviewOut",
    "ScheduleOut",
    "StandByOut",
    "VersionOut",
]


class PlanIn(In):
    """What to plan."""

    model_config = ConfigDict(json_schema_extra=example(evenness=0.2, time_limit_s=30))

    evenness: Annotated[float | None, Field(ge=0, le=1, description="Null for the event's own.")] = None
    time_limit_s: Annotated[float, Field(gt=0, le=LONGEST_S)] = 60.0
    based_on: Annotated[
        int | None,
        Field(ge=1, le=1_000_000, description="A version of which as few meetings as possible change."),
    ] = None
    plan_the_rest: Annotated[bool, Field(description="Leave out locks that cannot hold.")] = False
    note: Annotated[Lines, Field(max_length=2_000)] = ""

    def as_request(self) -> PlanRequest:
        """What is wanted."""
        return PlanRequest(**{name: getattr(self, name) for name in PlanRequest.__dataclass_fields__})


class MeetingOut(BaseModel):
    """A meeting, with what it is worth jointly and to each side."""

    seller_id: str
    buyer_id: str
    slot_id: str
    table_id: str
    value: float
    value_seller: float
    value_buyer: float
    films: list[str] = Field(description="What to talk about, the likeliest first.")

    @classmethod
    def of(cls, one: core.Meeting) -> MeetingOut:
        """The meeting as shown."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class VersionOut(BaseModel):
    """One version of a schedule, without its meetings."""

    number: int
    state: ScheduleState
    based_on: int | None
    made_by: str
    made_at: datetime
    published_at: datetime | None
    published_by: str
    note: str
    report: dict[str, Any] = Field(
        description="Value, bound, gap, evenness, gaps, musts and wishes kept. Bound and gap are null once it was "
        "changed by hand after rules changed, or with fewer musts or minimums: plan again."
    )
    version: int = Field(description="Counts the changes; the ETag holds it.")

    @classmethod
    def of(cls, schedule: Schedule) -> VersionOut:
        """The version as shown."""
        return cls(**{name: getattr(schedule, name) for name in cls.model_fields})


class ScheduleOut(VersionOut):
    """One version of a schedule."""

    meetings: list[MeetingOut]
    broken: list[str] = Field(description="Rules that it breaks as the event is now.")

    @classmethod
    def of_version(cls, found: Versioned) -> ScheduleOut:
        """The version as shown."""
        whole = VersionOut.of(found.schedule).model_dump()
        return cls(
            **whole,
            meetings=[MeetingOut.of(one) for one in found.meetings],
            broken=[breach.text for breach in found.broken],
        )


class MovedOut(BaseModel):
    """A meeting at another slot or table."""

    before: MeetingOut
    after: MeetingOut


class DifferenceOut(BaseModel):
    """From one version to another."""

    added: list[MeetingOut]
    moved: list[MovedOut]
    cancelled: list[MeetingOut]
    unchanged: int

    @classmethod
    def of(cls, found: Difference) -> DifferenceOut:
        """The difference as shown."""
        return cls(
            added=[MeetingOut.of(one) for one in found.added],
            moved=[
                MovedOut(before=MeetingOut.of(one.before), after=MeetingOut.of(one.after))
                for one in found.moved
            ],
            cancelled=[MeetingOut.of(one) for one in found.cancelled],
            unchanged=found.unchanged,
        )


class PairIn(In):
    """Two who meet."""

    seller_id: Id
    buyer_id: Id


class ChangeIn(In):
    """A change by hand: add, move, swap or cancel a meeting."""

    model_config = ConfigDict(
        json_schema_extra=example(kind="move", seller_id="s-alba", buyer_id="b-lumen", slot_id="14-1100")
    )

    kind: Literal["add", "move", "swap", "cancel"]
    seller_id: Id
    buyer_id: Id
    slot_id: Annotated[str, Field(max_length=200, description="For add and move.")] = ""
    table_id: Annotated[str, Field(max_length=200, description="Empty for the table that suits best.")] = ""
    other: Annotated[PairIn | None, Field(description="For swap: the other meeting.")] = None
    despite_soft: Annotated[bool, Field(description="Although a must or a minimum is no longer kept.")] = (
        False
    )
    lock: Annotated[bool, Field(description="Planning keeps what was added or moved.")] = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.kind in ("add", "move") and not self.slot_id:
            raise ValueError(f"to {self.kind} a meeting takes its slot_id")
        if (self.kind == "swap") != (self.other is not None):
            raise ValueError("a swap names the other meeting, and nothing else does")
        return self

    def as_change(self) -> Change:
        """The change."""
        if self.kind == "add":
            return Add(self.seller_id, self.buyer_id, self.slot_id, self.table_id)
        if self.kind == "move":
            return Move(self.seller_id, self.buyer_id, self.slot_id, self.table_id)
        if self.other is not None:
            return Swap((self.seller_id, self.buyer_id), (self.other.seller_id, self.other.buyer_id))
        return Cancel(self.seller_id, self.buyer_id)


class BreachOut(BaseModel):
    """A rule that a change would break."""

    rule: str = Field(examples=["busy"])
    text: str
    hard: bool = Field(description="Refused in any case; a soft one is a must or a minimum.")

    @classmethod
    def of(cls, breach: Breach) -> BreachOut:
        """The breach as shown."""
        return cls(rule=breach.rule, text=breach.text, hard=breach.hard)


class PreviewOut(BaseModel):
    """What a change would do to the latest version, and what it would break."""

    based_on: int
    conflicts: list[BreachOut]
    difference: DifferenceOut
    left: int = Field(
        description="Meetings that cannot be held any more, and stay until it is planned again."
    )

    @classmethod
    def of(cls, preview: Preview) -> PreviewOut:
        """The preview as shown."""
        return cls(
            based_on=preview.based_on,
            conflicts=[BreachOut.of(one) for one in preview.conflicts],
            difference=DifferenceOut.of(preview.difference),
            left=preview.left,
        )


class LeftOutOut(BaseModel):
    """Two who do not meet, and why."""

    seller_id: str
    buyer_id: str
    value: float
    reason: str = Field(description="It ends with what would have to give way.")

    @classmethod
    def of(cls, one: LeftOut) -> LeftOutOut:
        """The pair as shown."""
        return cls(seller_id=one.seller_id, buyer_id=one.buyer_id, value=one.value, reason=str(one.why))


class StandByOut(BaseModel):
    """A meeting that could be added as it is."""

    meeting: MeetingOut
    wish: str
    reason: str

    @classmethod
    def of(cls, one: StandBy) -> StandByOut:
        """The stand-by as shown."""
        return cls(meeting=MeetingOut.of(one.meeting), wish=one.wish, reason=one.reason)
