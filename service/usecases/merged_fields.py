"""What is known of a film or company once another was merged into it: nothing that only the other knew is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, Final

from recommender.market.domain import Film
from service.domain.accounts import Company
from service.domain.catalogue import FilmRecord
from service.domain.identifiers import IDENTIFIERS

__all__ = ["merged_company", "merged_film"]

_OF_FILM: Final = tuple(
    field.name for field in fields(Film) if field.name not in ("film_id", "synopsis_language")
)
_AROUND: Final = ("stage", "logline", "budget_usd", "festivals", *IDENTIFIERS)


def merged_film(kept: FilmRecord, other: FilmRecord) -> FilmRecord:
    """The kept film; what it does not say is what the other says."""
    lacking = _lacking(kept.film, other.film, _OF_FILM)
    if "synopsis" in lacking:
        lacking["synopsis_language"] = other.film.synopsis_language
    return replace(kept, film=replace(kept.film, **lacking), **_lacking(kept, other, _AROUND))


def merged_company(kept: Company, other: Company) -> Company:
    """The kept company, which does what either did and is also called as the other was."""
    names = dict.fromkeys((*kept.aliases, other.name, *other.aliases))
    return replace(
        kept,
        kinds=kept.kinds | other.kinds,
        aliases=tuple(name for name in names if name != kept.name),
        **_lacking(kept, other, ("country", "website")),
    )


def _lacking(kept: object, other: object, names: Sequence[str]) -> dict[str, Any]:
    return {
        name: getattr(other, name)
        for name in names
        if getattr(kept, name) in (None, "", ()) and getattr(other, name) not in (None, "", ())
    }
