"""Bundles as the API takes and gives them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from service.api.schemas.base import In, Lines, example
from service.domain.bundles import BundleRecord, CurrentBundle, Promotion
from service.domain.words import BundleState, PromotionKind
from service.usecases.bundles import Compared

__all__ = ["BundleOut", "ComparedOut", "CurrentBundleOut", "PromotionIn", "PromotionOut"]


class BundleOut(BaseModel):
    """A trained bundle."""

    version: str = Field(examples=["20261101-0a1b2c3d4e"])
    state: BundleState
    created_at: datetime | None
    promoted_at: datetime | None
    revision: int = Field(description="Of the data it was trained on.")
    figures: dict[str, float | None] = Field(description="Measured when it was trained.")
    comparison: dict[str, Any] | None = Field(
        description="With the bundle that was in force then: `new` and `in_force` are the figures of both on the "
        "latest deals, which neither had learnt from, with `territories`, `reach` by size of distributor, "
        "`reliability` and `baselines`, or null where those are fewer than 20 films; `verdict` is first, not_worse, "
        "worse or not_compared. No figure is of deals that are not announced."
    )
    manifest: dict[str, Any]

    @classmethod
    def of(cls, bundle: BundleRecord) -> BundleOut:
        """The bundle as shown."""
        return cls(**{name: getattr(bundle, name) for name in cls.model_fields})


class CurrentBundleOut(BaseModel):
    """What is in force. counter: goes up with every promotion; send the one you saw when you promote."""

    version: str | None
    counter: int
    changed_at: datetime | None

    @classmethod
    def of(cls, current: CurrentBundle) -> CurrentBundleOut:
        """As shown."""
        return cls(version=current.version, counter=current.counter, changed_at=current.changed_at)


class PromotionIn(In):
    """Why, and what was in force when this was decided."""

    model_config = ConfigDict(json_schema_extra=example(counter=3, reason="better on the spring's releases"))

    counter: Annotated[
        int | None,
        Field(
            ge=0, le=2**62, description="Refused when another was promoted since; null: whatever is in force."
        ),
    ] = None
    reason: Annotated[Lines, Field(max_length=2_000)] = ""


class PromotionOut(BaseModel):
    """One change of what is in force."""

    counter: int
    kind: PromotionKind
    version: str
    previous: str | None
    by: str
    at: datetime
    reason: str

    @classmethod
    def of(cls, promotion: Promotion) -> PromotionOut:
        """As shown."""
        return cls(**{name: getattr(promotion, name) for name in cls.model_fields})


class ComparedOut(BaseModel):
    """Two bundles side by side. figures: name -> [of the one, of the other], as measured when each was trained."""

    one: BundleOut
    other: BundleOut
    figures: dict[str, tuple[float | None, float | None]]

    @classmethod
    def of(cls, compared: Compared) -> ComparedOut:
        """As shown."""
        return cls(
            one=BundleOut.of(compared.one),
            other=BundleOut.of(compared.other),
            figures=dict(compared.figures),
        )
