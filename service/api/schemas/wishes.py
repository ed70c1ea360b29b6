"""Absences, wishes, locks and imports of events as the API takes and gives them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from recommender.meetings import domain as core
from service.api.schemas.base import In, example
from service.api.schemas.events import Id
from service.usecases.events.importing import EventImport

__all__ = [
    "AbsenceOut",
    "EventImportOut",
    "HistoryIn",
    "LockIn",
    "LockOut",
    "PastIn",
    "PastKind",
    "PastOut",
    "WishIn",
    "WishKind",
    "WishOut",
    "WishesIn",
]

WishKind = Literal["must", "want", "no_go", "met_before"]
PastKind = core.PastKind


class AbsenceOut(BaseModel):
    """Somebody cannot meet in a slot."""

    participant_id: str
    slot_id: str

    @classmethod
    def of(cls, one: tuple[str, str]) -> AbsenceOut:
        """The absence as shown."""
        return cls(participant_id=one[0], slot_id=one[1])


class WishIn(In):
    """What one participant says of meeting another one of the other side."""

    participant_id: Id
    other_id: Id
    wish: WishKind

    def as_wish(self) -> core.Wish:
        """The wish."""
        return core.Wish(self.participant_id, self.other_id, self.wish)


class WishesIn(In):
    """Wishes, all or none of which are added."""

    model_config = ConfigDict(
        json_schema_extra=example(
            wishes=[{"participant_id": "b-lumen", "other_id": "s-alba", "wish": "must"}]
        )
    )

    wishes: Annotated[list[WishIn], Field(min_length=1, max_length=5_000)]


class WishOut(BaseModel):
    """A wish."""

    participant_id: str
    other_id: str
    wish: WishKind

    @classmethod
    def of(cls, wish: core.Wish) -> WishOut:
        """The wish as shown."""
        return cls(participant_id=wish.participant_id, other_id=wish.other_id, wish=wish.kind)


class PastIn(In):
    """What was between two, one of each side, before the event; `participant_id` said so or did not come."""

    participant_id: Id
    other_id: Id
    past: PastKind

    def as_past(self) -> core.Past:
        """The entry."""
        return core.Past(self.participant_id, self.other_id, self.past)


class HistoryIn(In):
    """Entries, all or none of which are added."""

    model_config = ConfigDict(
        json_schema_extra=example(
            history=[{"participant_id": "b-lumen", "other_id": "s-alba", "past": "met_before"}]
        )
    )

    history: Annotated[list[PastIn], Field(min_length=1, max_length=5_000)]


class PastOut(BaseModel):
    """What was between two participants before the event."""

    participant_id: str
    other_id: str
    past: PastKind

    @classmethod
    def of(cls, past: core.Past) -> PastOut:
        """The entry as shown."""
        return cls(participant_id=past.participant_id, other_id=past.other_id, past=past.kind)


class LockIn(In):
    """A meeting that planning keeps."""

    model_config = ConfigDict(
        json_schema_extra=example(seller_id="s-alba", buyer_id="b-lumen", slot_id="14-0930")
    )

    seller_id: Id
    buyer_id: Id
    slot_id: Id
    table_id: Annotated[str, Field(max_length=200, description="Empty for any table.")] = ""

    def as_lock(self) -> core.Lock:
        """The lock."""
        return core.Lock(self.seller_id, self.buyer_id, self.slot_id, self.table_id)


class LockOut(BaseModel):
    """A meeting that planning keeps."""

    seller_id: str
    buyer_id: str
    slot_id: str
    table_id: str

    @classmethod
    def of(cls, lock: core.Lock) -> LockOut:
        """The lock as shown."""
        return cls(**{name: getattr(lock, name) for name in cls.model_fields})


class RowProblemOfEventOut(BaseModel):
    """What is wrong with a row; row is null where the file or what is stored is meant."""

    row: int | None
    column: str
    value: str
    message: str
    remedy: str
    refused: bool


class EventImportOut(BaseModel):
    """What an import did, or would do."""

    table: str
    dry_run: bool
    applied: bool = Field(description="False for a dry run, and where the file contradicts what is stored.")
    total: int
    added: int
    changed: int
    unchanged: int
    removed: int
    fields: dict[str, int] = Field(description="What changes, and of how many that were there.")
    refused: int
    problems: list[RowProblemOfEventOut] = Field(description="The first 1,000.")

    @classmethod
    def of(cls, done: EventImport) -> EventImportOut:
        """The import as shown."""
        problems = [
            RowProblemOfEventOut(
                row=one.row if one.row is not None and one.row > 0 else None,
                column=one.column,
                value=one.value,
                message=one.message,
                remedy=one.remedy,
                refused=one.refused,
            )
            for one in done.problems[:1_000]
        ]
        return cls(
            table=done.table,
            dry_run=done.dry_run,
            applied=done.is_possible and not done.dry_run,
            total=done.total,
            **done.changes.counts(),
            fields={name: len(keys) for name, keys in done.changes.fields.items()},
            refused=done.refused,
            problems=problems,
        )
