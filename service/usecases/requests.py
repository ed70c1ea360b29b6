"""Questions about films, and how they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from recommender.market.domain import Film
from service.domain.catalogue import FilmRecord
from service.domain.rights import Window
from service.domain.words import MediaRight

__all__ = ["MatchRequest", "described_film", "from_json", "to_json"]

_NO_FILM: Final = FilmRecord(Film("", "", ""))


@dataclass(frozen=True, slots=True)
class MatchRequest:
    """Who should see a film in some territories?

    film_id: of a stored one; film: one that is described, where film_id is "". window: in which the right is wanted,
    None for from now on. k: matches in each territory. exclude: distributors not to ask. least: probability of a
    match that is shown. explain: with reasons. company_id: on whose behalf, None for the actor's own.
    """

    territories: tuple[str, ...]
    film_id: str = ""
    film: FilmRecord = field(default=_NO_FILM)
    media_right: MediaRight = MediaRight.THEATRICAL
    window: Window | None = None
    k: int = 10
    exclude: frozenset[str] = frozenset()
    least: float = 0.0
    explain: bool = True
    company_id: str | None = None

    def describing(self, film: FilmRecord) -> MatchRequest:
        """The same question about a film that is described."""
        return replace(self, film_id="", film=film)

    def about(self, film_id: str) -> MatchRequest:
        """The same question about another stored film."""
        return replace(self, film_id=film_id, film=_NO_FILM)


def to_json(request: MatchRequest) -> dict[str, Any]:
    """As it is kept with its answer."""
    described = None
    if not request.film_id:
        budget = request.film.budget_usd
        described = {**asdict(request.film.film), "budget_usd": None if budget is None else str(budget)}
        described = {name: value for name, value in described.items() if value}
    window = request.window
    return {
        "territories": list(request.territories),
        "film_id": request.film_id,
        "film": described,
        "media_right": request.media_right.value,
        "window": window and {"starts_on": _text(window.starts_on), "ends_on": _text(window.ends_on)},
        "k": request.k,
        "exclude": sorted(request.exclude),
        "least": request.least,
        "explain": request.explain,
    }


def from_json(kept: dict[str, Any], company_id: str | None) -> MatchRequest:
    """What `to_json` made."""
    window = kept["window"]
    return MatchRequest(
        territories=tuple(kept["territories"]),
        film_id=kept["film_id"],
        film=_described(kept["film"]) if kept["film"] else _NO_FILM,
        media_right=MediaRight(kept["media_right"]),
        window=window and Window(_day(window["starts_on"]), _day(window["ends_on"])),
        k=kept["k"],
        exclude=frozenset(kept["exclude"]),
        least=kept["least"],
        explain=kept["explain"],
        company_id=company_id,
    )


def described_film(values: Mapping[str, Any]) -> FilmRecord:
    """A film without an id, of fields of Film and its budget_usd."""
    known = {"film_id": "", "title": "", "synopsis": "", **values}
    budget = known.pop("budget_usd", None)
    return FilmRecord(Film(**known), budget_usd=budget)


def _described(kept: dict[str, Any]) -> FilmRecord:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()
    }
    if "budget_usd" in values:
        values["budget_usd"] = Decimal(values["budget_usd"])
    return described_film(values)


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
