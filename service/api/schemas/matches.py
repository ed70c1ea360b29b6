"""Questions about films as the API takes them, and what it answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from service.api.schemas.base import In, Name, Text, example
from service.api.schemas.films import Described
from service.api.schemas.trade import WindowIn, changes
from service.domain.avails import AvailStatus
from service.domain.catalogue import FilmRecord
from service.domain.territory_groups import expand
from service.domain.words import MediaRight, RunKind
from service.usecases.requests import MatchRequest, described_film

__all__ = [
    "ComparablesOut",
    "FilmDescription",
    "ManyMatchesIn",
    "MatchIn",
    "MatchOut",
    "MatchesOut",
    "SuggestionsOut",
]

Id = Annotated[str, Field(min_length=1, max_length=200)]
K = Annotated[int, Field(ge=1, le=200, description="How many distributors of each territory at most.")]
MOST_TERRITORIES = 60


class FilmDescription(Described):
    """A film that is not stored. The more is known, the better the answer; a synopsis counts most."""

    title: Text = ""

    def as_record(self) -> FilmRecord:
        """A film without an id."""
        return described_film(changes(self))


class Asked(In):
    """What is asked of each film."""

    territories: Annotated[
        list[Name],
        Field(
            min_length=1,
            max_length=MOST_TERRITORIES,
            description="ISO 3166-1 alpha-2, or a group such as Benelux, which stands for its countries.",
            examples=[["FR", "Benelux"]],
        ),
    ]
    media_right: MediaRight = MediaRight.THEATRICAL
    window: Annotated[
        WindowIn | None, Field(description="In which the right is wanted; null is from now on.")
    ] = None
    k: K = 10
    exclude: Annotated[
        list[Id], Field(max_length=500, description="Distributors that are not to be asked.")
    ] = Field(default_factory=list)
    min_probability: Annotated[float, Field(ge=0.0, le=1.0, description="Of a match that is shown.")] = 0.0
    explain: Annotated[bool, Field(description="With reasons, comparable releases and outlook.")] = True
    company_id: Annotated[
        Id | None, Field(description="On whose behalf; null for your only company, or the film's own.")
    ] = None

    def _request(self, film_id: str = "", film: FilmRecord | None = None) -> MatchRequest:
        request = MatchRequest(
            territories=expand(self.territories),
            film_id=film_id,
            media_right=self.media_right,
            window=None if self.window is None else self.window.as_window(),
            k=self.k,
            exclude=frozenset(self.exclude),
            least=self.min_probability,
            explain=self.explain,
            company_id=self.company_id,
        )
        return request if film is None else request.describing(film)


class MatchIn(Asked):
    """Who should see this film?"""

    model_config = ConfigDict(
        json_schema_extra=example(
            film={
                "title": "The Salt Ferry",
                "synopsis": "A ferry pilot on her last winter crossing finds a letter meant for her father.",
                "year": 2026,
                "genres": ["Drama"],
                "countries": ["FR"],
            },
            territories=["FR"],
            k=5,
        )
    )

    film_id: Annotated[Id | None, Field(description="A stored film.")] = None
    film: Annotated[FilmDescription | None, Field(description="Or one that is described.")] = None

    @model_validator(mode="after")
    def _one_film(self) -> Self:
        if (self.film_id is None) == (self.film is None):
            raise ValueError("give either film_id or film")
        return self

    def as_request(self) -> MatchRequest:
        """The question."""
        return self._request(self.film_id or "", None if self.film is None else self.film.as_record())


class ManyMatchesIn(Asked):
    """Who should see each of these films?"""

    model_config = ConfigDict(
        json_schema_extra=example(
            film_ids=["film_0198f1d2c3b47a5e8f10aa3b5c7d9e01"], territories=["FR"], explain=False
        )
    )

    film_ids: Annotated[list[Id], Field(min_length=1, max_length=1_000)]

    def as_request(self) -> MatchRequest:
        """The question, without a film yet."""
        return self._request()

    @property
    def films(self) -> list[str]:
        """Each once."""
        return list(dict.fromkeys(self.film_ids))


class ComparableOut(BaseModel):
    """A past release; outcome_percentile: 0..1 among those of its territory and year, null where unknown."""

    film_id: str
    title: str
    year: int | None
    distributor_id: str
    territory: str
    release_date: date
    similarity: float
    outcome_percentile: float | None


class ReasonOut(BaseModel):
    """One part of a match's log-odds; below zero it speaks against the match."""

    group: str
    text: str = Field(description="In English, about the distributor.")
    kind: str = Field(default="", description="Which fact the text says, to word it otherwise.")
    facts: dict[str, Any] = Field(
        default_factory=dict,
        description="What it says: territories, countries and languages as codes, days as ISO 8601, shares 0..1.",
    )
    log_odds: float
    comparables: list[ComparableOut]


class OutlookOut(BaseModel):
    """How comparable releases by the same distributor did against their territory's median, 0..1."""

    releases: int
    median_percentile: float | None
    share_above_median: float | None


class MatchOut(BaseModel):
    """A distributor ranked for a film. What explains it is left out where it was not asked for."""

    rank: int
    film_id: str | None
    title: str
    distributor_id: str
    name: str
    territory: str
    probability: float = Field(description="That this distributor takes the film, 0..1.")
    log_odds: float | None = Field(default=None, description="base_log_odds and those of all reasons, added.")
    base_log_odds: float | None = None
    reasons: list[ReasonOut] | None = None
    comparables: list[ComparableOut] | None = None
    outlook: OutlookOut | None = None


class ExcludedOut(BaseModel):
    """A distributor that would have been among the first k, and why it is not asked."""

    distributor_id: str
    name: str
    reason: str


class TerritoryOut(BaseModel):
    """The answer for one territory."""

    territory: str
    rights: AvailStatus | None = Field(description="How the right stands; null where nobody here holds it.")
    unavailable: str = Field(description='Why nobody there is asked; "" where somebody may be.')
    eligible: int = Field(description="How many distributors may be asked.")
    matches: list[MatchOut]
    excluded: list[ExcludedOut]


class AnswerOut(BaseModel):
    """What every answer begins with."""

    run_id: str = Field(description="The run this answer is kept as; it can be looked at and replayed.")
    kind: RunKind
    bundle_version: str
    revision: int = Field(description="Of the data that the bundle was brought up to date with.")
    at: datetime


class MatchesOut(AnswerOut):
    """Who should see a film, likeliest first."""

    film_id: str | None
    title: str
    media_right: MediaRight
    territories: list[TerritoryOut]


class SuggestionOut(MatchOut):
    """A film for a distributor."""

    offered_since: datetime
    is_new: bool = Field(description="Whether it came on offer since the last look.")


class SuggestionsOut(AnswerOut):
    """Which films on offer are for a distributor, likeliest first."""

    distributor_id: str
    territory: str
    media_right: MediaRight
    since: datetime | None = Field(description="What came later is new; null: everything is.")
    on_offer: int = Field(description="How many films were chosen from.")
    total: int = Field(description="How many may be suggested, of which these are a part.")
    new: int = Field(description="How many of them are new.")
    suggestions: list[SuggestionOut]


class SimilarFilmOut(BaseModel):
    """A film near another, with its public releases, latest first."""

    film_id: str
    title: str
    year: int | None
    similarity: float = Field(description="Cosine of the two films' vectors.")
    deals: list[ComparableOut]


class ComparablesOut(AnswerOut):
    """Films like a film, nearest first."""

    film_id: str
    films: list[SimilarFilmOut]
