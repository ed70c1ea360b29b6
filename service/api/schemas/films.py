"""Films as the API takes and gives them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from recommender.market.columns import FIRST_YEAR, LAST_YEAR
from recommender.market.domain import Film
from service.api.schemas.base import In, Name, Text, example
from service.api.schemas.trade import Amount, Countries, LongText, Names, changes
from service.domain import identifiers
from service.domain.catalogue import FilmRecord
from service.domain.identifiers import EXAMPLES
from service.domain.words import Stage

__all__ = ["FilmChange", "FilmIn", "FilmOut", "Year"]

Identifier = Annotated[str, StringConstraints(max_length=100)]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]

_OF_FILM = frozenset(Film.__dataclass_fields__)
_OF_RECORD = frozenset(FilmRecord.__dataclass_fields__) - {"film"}


class Identifiers(In):
    """What a film is known by elsewhere; "" where it has none. Whatever way one is written, it is kept in one."""

    eidr: Annotated[Identifier, AfterValidator(identifiers.eidr), Field(examples=[EXAMPLES["eidr"]])] = ""
    isan: Annotated[Identifier, AfterValidator(identifiers.isan), Field(examples=[EXAMPLES["isan"]])] = ""
    imdb_id: Annotated[
        Identifier, AfterValidator(identifiers.imdb_id), Field(examples=[EXAMPLES["imdb_id"]])
    ] = ""
    tmdb_id: Annotated[
        Identifier, AfterValidator(identifiers.tmdb_id), Field(examples=[EXAMPLES["tmdb_id"]])
    ] = ""


class Described(In):
    """What matching knows a film by, beside its title."""

    synopsis: LongText = ""
    original_title: Text = ""
    year: Year | None = None
    synopsis_language: Annotated[Text, Field(max_length=35)] = ""
    genres: Names = Field(default_factory=list)
    countries: Countries = Field(default_factory=list)
    languages: Names = Field(default_factory=list)
    directors: Names = Field(default_factory=list)
    cast: Names = Field(default_factory=list)
    production_companies: Names = Field(default_factory=list)
    sales_agent: Annotated[Text, Field(description="Name as the market knows it.")] = ""
    budget_usd: Amount | None = None


class FilmFields(Described, Identifiers):
    """What may be known of a film beside its title."""

    stage: Stage | None = None
    logline: Annotated[LongText, Field(max_length=1_000)] = ""
    festivals: Names = Field(default_factory=list)


class FilmIn(FilmFields):
    """A new film or project."""

    model_config = ConfigDict(
        json_schema_extra=example(
            title="The Salt Ferry",
            synopsis="A ferry pilot on her last winter crossing finds a letter meant for her father.",
            year=2026,
            genres=["Drama"],
            countries=["FR"],
            languages=["fr"],
            directors=["Ines Vidal"],
            stage="post_production",
            budget_usd="1800000.00",
        )
    )

    title: Name
    owner_id: Annotated[
        str | None,
        Field(description="The sales agent; null for the only one you belong to, or for reference data."),
    ] = None

    def as_record(self) -> FilmRecord:
        """A film without an id yet."""
        given = changes(self)
        film = Film(
            film_id="",
            **{
                "synopsis": "",
                **{name: value for name, value in given.items() if name in _OF_FILM},
            },
        )
        return FilmRecord(film, **{name: value for name, value in given.items() if name in _OF_RECORD})


class FilmChange(FilmFields):
    """What to change of a film; what is left out stays."""

    model_config = ConfigDict(
        json_schema_extra=example(stage="completed", festivals=["Berlinale 2027"], budget_usd=None)
    )

    title: Name = ""


class FilmOut(BaseModel):
    """A film."""

    film_id: str = Field(examples=["film_0198f1d2c3b47a5e8f10aa3b5c7d9e01"])
    title: str
    original_title: str
    year: int | None
    synopsis: str
    synopsis_language: str
    genres: list[str]
    countries: list[str]
    languages: list[str]
    directors: list[str]
    cast: list[str]
    production_companies: list[str]
    sales_agent: str
    stage: Stage | None
    logline: str
    budget_usd: Decimal | None
    festivals: list[str]
    eidr: str
    isan: str
    imdb_id: str
    tmdb_id: str
    owner_id: str | None = Field(description="The sales agent's company; null for market reference data.")
    version: int = Field(description="Counts the changes; the ETag holds it.")
    updated_at: datetime | None

    @classmethod
    def of(cls, record: FilmRecord) -> FilmOut:
        """The film as shown."""
        shown: dict[str, Any] = {}
        for name in cls.model_fields:
            value = getattr(record.film if name in _OF_FILM else record, name)
            shown[name] = list(value) if isinstance(value, tuple) else value
        return cls(**shown)
