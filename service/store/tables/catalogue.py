"""Films and distributor profiles, their vectors, and the log of changes."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from recommender.market.columns import FIRST_YEAR, KINDS, LAST_YEAR, MAX_TEXT
from service.domain.words import ChangeKind, MediaRight, Stage
from service.store.tables.metadata import (
    METADATA,
    amount,
    created_at,
    one_of,
    public_id,
    reference,
    row_id,
    some_of,
    string,
    strings,
    territory_code,
    updated_at,
    version,
)

__all__ = [
    "BRIEF_VECTORS",
    "CHANGES",
    "CHANGE_BATCHES",
    "DISTRIBUTOR_PROFILES",
    "FILMS",
    "FILM_VECTORS",
    "MERGED_FILMS",
    "REVISION",
]


def _identifier(name: str, pattern: str) -> Column[str]:
    rule = CheckConstraint(f"{name} ~ '{pattern}'", name=f"{name}_form")
    return Column(name, Text, rule, unique=True)


FILMS: Final = Table(
    "films",
    METADATA,
    row_id(),
    public_id("film_id"),
    string("title", filled=True),
    string("original_title"),
    Column("year", Integer, CheckConstraint(f"year BETWEEN {FIRST_YEAR} AND {LAST_YEAR}", name="year_range")),
    string("synopsis", limit=MAX_TEXT),
    string("synopsis_language", limit=35),
    strings("genres"),
    strings("countries"),
    strings("languages"),
    strings("directors"),
    strings("cast_names"),
    strings("production_companies"),
    string("sales_agent"),
    one_of("stage", Stage, nullable=True),
    string("logline", limit=1_000),
    amount("budget_usd"),
    strings("festivals"),
    _identifier("eidr", r"^10\.5240/([0-9A-F]{4}-){5}[0-9A-Z]$"),
    _identifier("isan", r"^[0-9A-F]{4}(-[0-9A-F]{4}){3}(-[0-9A-Z])?(-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-Z])?$"),
    _identifier("imdb_id", "^tt[0-9]{7,10}$"),
    _identifier("tmdb_id", "^[1-9][0-9]{0,9}$"),
    reference("owner_pk", "companies", nullable=True),
    version(),
    created_at(),
    updated_at(),
    Index("ix_films_owner_pk_id", "owner_pk", "id"),
    Index("ix_films_year_id", "year", "id"),
    Index("ix_films_title", text("lower(title)")),
    Index("ix_films_genres", "genres", postgresql_using="gin"),
    Index("ix_films_countries", "countries", postgresql_using="gin"),
)

DISTRIBUTOR_PROFILES: Final = Table(
    "distributor_profiles",
    METADATA,
    row_id(),
    public_id("distributor_id"),
    reference("company_pk", "companies"),
    string("name", limit=300, filled=True),
    territory_code(),
    one_of("kind", KINDS),
    strings("aliases"),
    string("brief", limit=MAX_TEXT),
    some_of("media_rights", MediaRight),
    amount("budget_min_usd"),
    amount("budget_max_usd"),
    strings("genres_never"),
    strings("attending"),
    version(),
    created_at(),
    updated_at(),
    CheckConstraint("budget_min_usd <= budget_max_usd", name="budget_order"),
    UniqueConstraint("company_pk", "territory"),
    Index("ix_distributor_profiles_territory_id", "territory", "id"),
    Index("ix_distributor_profiles_name", text("lower(name)")),
    Index("ix_distributor_profiles_attending", "attending", postgresql_using="gin"),
)


def _vectors(name: str, key: str, target: str) -> Table:
    return Table(
        name,
        METADATA,
        reference(key, target, ondelete="CASCADE", primary_key=True),
        Column("encoder", Text, primary_key=True),
        Column("text_sha256", LargeBinary, nullable=False),
        Column("vector", LargeBinary, nullable=False),
        CheckConstraint("octet_length(text_sha256) = 32", name="text_sha256_length"),
        CheckConstraint(
            "octet_length(vector) > 0 AND mod(octet_length(vector), 4) = 0", name="vector_float32"
        ),
    )


MERGED_FILMS: Final = Table(
    "merged_films",
    METADATA,
    Column("film_id", Text, primary_key=True),
    reference("kept_pk", "films", ondelete="CASCADE"),
    Index("ix_merged_films_kept_pk", "kept_pk"),
)
"""The ids of films that were merged into others: whoever sends one means the film that was kept."""

FILM_VECTORS: Final = _vectors("film_vectors", "film_pk", "films")
BRIEF_VECTORS: Final = _vectors("brief_vectors", "profile_pk", "distributor_profiles")
"""vector: little-endian float32. encoder: the fingerprint of what made it."""

CHANGE_BATCHES: Final = Table(
    "change_batches",
    METADATA,
    row_id(),
    Column("revision", BigInteger, unique=True),
)
"""One row for each transaction that changed something, numbered in the order of commits."""

CHANGES: Final = Table(
    "changes",
    METADATA,
    Column("batch_pk", BigInteger, ForeignKey("change_batches.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "kind",
        Text,
        CheckConstraint("kind IN " + repr(tuple(map(str, ChangeKind))), name="kind_known"),
        primary_key=True,
    ),
    Column("object_id", Text, primary_key=True),
)

REVISION: Final = Table(
    "revision",
    METADATA,
    Column("singleton", Integer, CheckConstraint("singleton = 1", name="single_row"), primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""The last revision given out; its row lock orders the commits that change something."""
