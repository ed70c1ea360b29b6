"""What the suggestions are filtered by: in the address, and remembered for each person and profile."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import Response

from service.api.problems import problems_of
from service.domain.words import MediaRight, Stage
from service.errors import Invalid
from service.usecases.suggestions import SuggestionRequest
from service.web.page import Page

__all__ = ["CHANCES", "Filters", "filters_of", "remember", "remembered"]

PAGE: Final = 15
"""Films at a time."""

CHANCES: Final = (0.5, 0.25, 0.1, 0.05, 0.01)
"""Least probabilities that the form offers."""

_COOKIE: Final = "reelmatch_filters"
_YEAR_S: Final = 365 * 24 * 3600
_MOST_PROFILES: Final = 8


class Filters(BaseModel):
    """The fields of the form. An empty one filters nothing."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    media_right: MediaRight = MediaRight.THEATRICAL
    genre: Annotated[str, Field(max_length=300)] = ""
    country: Annotated[str, Field(pattern="^([A-Z]{2})?$")] = ""
    stage: Stage | None = None
    new: bool = False
    least: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0
    start: Annotated[int, Field(ge=0, le=10_000)] = 0

    @property
    def is_set(self) -> bool:
        """Whether anything but the place in the list differs from how it begins."""
        return self.model_copy(update={"start": 0}) != Filters()

    def query(self, distributor_id: str, **changed: object) -> str:
        """The part of an address that gives these filters, some of them changed."""
        mine = self.model_dump(mode="json", exclude_defaults=True) | changed
        return urlencode(
            {"profile": distributor_id, **{name: value for name, value in mine.items() if value}}
        )

    def request(self, distributor_id: str) -> SuggestionRequest:
        """What is asked."""
        return SuggestionRequest(
            distributor_id,
            self.media_right,
            k=PAGE,
            only_new=self.new,
            new_first=True,
            start=self.start,
            genre=self.genre,
            country=self.country,
            stage=self.stage,
            least=self.least,
        )


def filters_of(given: Mapping[str, str]) -> Filters:
    """From the parameters of an address. Raises Invalid."""
    try:
        return Filters.model_validate({name: value for name, value in given.items() if value})
    except ValidationError as error:
        raise Invalid(problems_of(error.errors())) from None


def remembered(page: Page, distributor_id: str) -> Filters:
    """As this person last set them for this profile in this browser."""
    with suppress(ValidationError):
        return Filters.model_validate(_kept(page).get(distributor_id, {}))
    return Filters()


def remember(page: Page, answer: Response, distributor_id: str, filters: Filters) -> None:
    """For the next time."""
    kept = {name: value for name, value in _kept(page).items() if name != distributor_id}
    kept[distributor_id] = filters.model_dump(mode="json", exclude_defaults=True, exclude={"start"})
    latest = dict(list(kept.items())[-_MOST_PROFILES:])
    page.keep(answer, _COOKIE, json.dumps({"of": page.actor.user_id, "filters": latest}), _YEAR_S)


def _kept(page: Page) -> dict[str, Any]:
    with suppress(ValueError, AttributeError):
        kept = json.loads(page.kept(_COOKIE) or "{}")
        if kept.get("of") == page.actor.user_id and isinstance(kept.get("filters"), dict):
            return dict(kept["filters"])
    return {}
