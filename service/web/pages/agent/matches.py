"""Who should see a film: the world by its likeliest distributor, and the ranked list of one territory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from pydantic import BaseModel, Field, ValidationInfo, field_validator
from starlette.responses import Response

from service.api.schemas.trade import Day, Territory
from service.domain.avails import AvailStatus
from service.domain.catalogue import FilmRecord
from service.domain.rights import Window
from service.domain.words import MediaRight
from service.errors import Invalid
from service.security.permissions import About, Action, may
from service.usecases import films
from service.usecases.answers import JSON
from service.usecases.followup import NEXT, STATES, Card, follow_up
from service.usecases.matching import match, overview
from service.usecases.requests import MatchRequest
from service.web.denials import denied_in_words
from service.web.forms import Form
from service.web.marking import _
from service.web.page import Page, PageDep
from service.web.pages.agent.films import place_of
from service.web.pages.agent.own import may_change, options
from service.web.reader import Reader
from service.web.world_map import world_map

__all__ = ["Asked", "follow_up_of", "router"]

router = APIRouter(prefix="/films/{film_id}")

STEPS: Final = (0.05, 0.15, 0.3, 0.6)
"""Probabilities at which the map's colour changes; four are still told apart, also by the colour-blind."""

KS: Final = (5, 10, 20, 50)


class Asked(BaseModel):
    """The filters, as they stand in the address. least: per cent."""

    territory: Territory | None = None
    right: MediaRight = MediaRight.THEATRICAL
    starts_on: Day | None = None
    ends_on: Day | None = None
    k: Annotated[int, Field(ge=1, le=50)] = 10
    least: Annotated[float, Field(ge=0, le=100)] = 0.0

    @field_validator("ends_on")
    @classmethod
    def _in_order(cls, ends_on: date | None, info: ValidationInfo) -> date | None:
        starts_on = info.data.get("starts_on")
        if starts_on and ends_on and ends_on < starts_on:
            raise ValueError(_("the window ends before it starts"))
        return ends_on

    def request(self, film_id: str, *territories: str) -> MatchRequest:
        """The question."""
        window = Window(self.starts_on, self.ends_on) if self.starts_on or self.ends_on else None
        return MatchRequest(
            territories, film_id, media_right=self.right, window=window, k=self.k, least=self.least / 100
        )

    def query(self, **changed: object) -> str:
        """The filters as the query of an address."""
        given = {**self.model_dump(mode="json", exclude_defaults=True), **changed}
        return urlencode({name: value for name, value in given.items() if value not in (None, "")})


@dataclass(frozen=True, slots=True)
class Place:
    """A territory in the overview. best: its likeliest match, None where nobody is asked; why: then why not.

    shade: its class on the map.
    """

    territory: str
    best: JSON | None
    why: str
    rights: AvailStatus | None
    eligible: int

    @classmethod
    def of(cls, part: JSON, reader: Reader) -> Place:
        """From an answer."""
        denied = part.get("why")
        why = denied_in_words(reader, denied["kind"], denied["facts"]) if denied else part["unavailable"]
        rights = None if part["rights"] is None else AvailStatus(part["rights"])
        best = part["matches"][0] if part["matches"] else None
        return cls(part["territory"], best, why, rights, part["eligible"])

    @property
    def chance(self) -> float:
        """Of the best; 0 where nobody is asked."""
        return float(self.best["probability"]) if self.best else 0.0

    @property
    def shade(self) -> str:
        """Darker for likelier; hatched words such as sold where nobody is asked."""
        if self.best:
            return f"step-{sum(self.chance >= step for step in STEPS)}"
        if self.rights in (AvailStatus.STALE, AvailStatus.UNKNOWN):
            return "doubtful"
        return "closed"


@router.get("/matches")
def show(page: PageDep, film_id: str) -> Response:
    """The map and the list of territories, and one territory's distributors."""
    film = films.get_film(page.uow, page.actor, film_id)
    form, asked, status = read(page)
    if page.is_part and asked.territory:
        return page.show("agent/_territory.html", **_territory(page, film, asked, asked.territory))
    parts = overview(page.desk, page.actor, asked.request(film_id))["territories"]
    found = (Place.of(part, page.reader) for part in parts)
    spots = sorted(found, key=lambda place: (-place.chance, place.territory))
    chosen = asked.territory or next((place.territory for place in spots if place.best), None)
    return page.show(
        "agent/matches.html",
        status,
        form=form,
        spots=spots,
        by_code={place.territory: place for place in spots},
        world=world_map(),
        rights=options(page, MediaRight),
        ks=KS,
        steps=STEPS,
        **(_territory(page, film, asked, chosen) if chosen else {"film": film, "asked": asked, "part": None}),
    )


def read(page: Page) -> tuple[Form, Asked, int]:
    """The filters in the address; those that cannot be are as if left out, and the form says so."""
    form = Form.of_query(page.request.query_params)
    try:
        return form, form.read(Asked), 200
    except Invalid as error:
        form.refused(error)
        kept = {
            name: form.text(name)
            for name in Asked.model_fields
            if name not in form.problems and form.text(name)
        }
        return form, Asked.model_validate(kept), 422


def follow_up_of(page: Page, film: FilmRecord) -> dict[str, Card]:
    """By distributor, where it stands with the film; nothing for those who are not of its agent."""
    about = About(seller=film.owner_id, company=film.owner_id)
    if film.owner_id is None or not may(page.actor, Action.READ, "approach", about):
        return {}
    cards = follow_up(page.uow, page.actor, film.owner_id, film_id=film.film_id)
    return {card.distributor_id: card for card in cards}


def _territory(page: Page, film: FilmRecord, asked: Asked, territory: str) -> dict[str, Any]:
    answer = match(page.desk, page.actor, asked.request(film.film_id, territory))
    part = answer["territories"][0]
    for past in (past for found in part["matches"] for past in found["comparables"]):
        past["release_date"] = date.fromisoformat(past["release_date"])
    return {
        "film": film,
        "asked": asked,
        "part": part,
        "place": Place.of(part, page.reader),
        "run_id": answer["run_id"],
        "bundle_version": answer["bundle_version"],
        "cards": follow_up_of(page, film),
        "may_note": film.owner_id is not None and may_change(page, film.owner_id),
        "states": STATES,
        "next_state": NEXT,
        "here": place_of(film),
    }
