"""Deals and their terms, rights held and sold.

The rules that look at more than one row are in the migrations: `rights_inside_held`, `deals_inside_held`,
`rights_fit_their_deal`, `sold_beside_deals`, `deals_beside_sold`, `sold_within_its_deal` and the exclusions
`ex_rights_grants_sold` and `ex_rights_grants_held`; see docs/decisions/0007-rights-in-the-database.md.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE

from recommender.market.columns import ROLES
from service.domain.words import Direction, GrantStatus, MediaRight
from service.store.tables.metadata import (
    METADATA,
    created_at,
    currency_pair,
    one_of,
    public_id,
    reference,
    row_id,
    some_of,
    string,
    strings,
    territory_code,
    time,
    updated_at,
    version,
)

__all__ = ["DEALS", "DEAL_SALES", "DEAL_TERMS", "LANGUAGE_TAG", "RIGHTS_GRANTS"]

LANGUAGE_TAG: Final = "[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?"
"""RFC 5646: language, script and region; what the trade uses of it."""

DEALS: Final = Table(
    "deals",
    METADATA,
    row_id(),
    public_id("deal_id"),
    reference("film_pk", "films"),
    reference("profile_pk", "distributor_profiles"),
    reference("agent_pk", "companies", nullable=True),
    string("sales_agent"),
    one_of("role", ROLES),
    Column("in_house", Boolean, nullable=False, server_default=text("false")),
    Column("release_date", Date),
    Column("signed_on", Date),
    some_of("media_rights", MediaRight),
    Column(
        "licence_window",
        DATERANGE,
        CheckConstraint("NOT isempty(licence_window)", name="licence_window_some"),
    ),
    Column("is_public", Boolean, nullable=False, server_default=text("false")),
    Column("admissions", Integer, CheckConstraint("admissions >= 0", name="admissions_not_negative")),
    *currency_pair("gross"),
    Column("screens", Integer, CheckConstraint("screens >= 0", name="screens_not_negative")),
    Column("outcome_public", Boolean, nullable=False, server_default=text("false")),
    string("source"),
    version(),
    created_at(),
    updated_at(),
    CheckConstraint("media_rights <> '{}'", name="media_rights_some"),
    CheckConstraint("release_date IS NOT NULL OR signed_on IS NOT NULL", name="dated"),
    CheckConstraint("is_public OR NOT outcome_public", name="outcome_public_if_deal_is"),
    Index("ix_deals_film_pk_id", "film_pk", "id"),
    Index("ix_deals_profile_pk_id", "profile_pk", "id"),
    Index("ix_deals_agent_pk_id", "agent_pk", "id"),
    Index("ix_deals_release_date", "release_date"),
)

DEAL_TERMS: Final = Table(
    "deal_terms",
    METADATA,
    reference("deal_pk", "deals", ondelete="CASCADE", primary_key=True),
    *currency_pair("guarantee"),
    Column(
        "commission", Numeric(6, 4), CheckConstraint("commission BETWEEN 0 AND 1", name="commission_share")
    ),
    *currency_pair("expenses_cap"),
    string("note", limit=5_000),
)

RIGHTS_GRANTS: Final = Table(
    "rights_grants",
    METADATA,
    row_id(),
    public_id("grant_id"),
    one_of("direction", Direction),
    reference("film_pk", "films"),
    reference("company_pk", "companies"),
    reference("licensee_pk", "companies", nullable=True),
    reference("deal_pk", "deals", nullable=True),
    territory_code(),
    one_of("media_right", MediaRight),
    Column(
        "licence_window",
        DATERANGE,
        CheckConstraint("NOT isempty(licence_window)", name="licence_window_some"),
        nullable=False,
    ),
    Column("exclusive", Boolean, nullable=False),
    strings("languages"),
    Column("holdback_until", Date),
    one_of("status", GrantStatus),
    Column("confirmed_on", Date),
    string("note", limit=5_000),
    version(),
    created_at(),
    updated_at(),
    time("active_since"),
    CheckConstraint("(direction = 'sold') = (licensee_pk IS NOT NULL)", name="licensee_if_sold"),
    CheckConstraint("direction = 'sold' OR deal_pk IS NULL", name="deal_if_sold"),
    CheckConstraint(
        "cardinality(languages) = 0"
        " OR cardinality(languages) = cardinality(string_to_array(array_to_string(languages, ',', '?'), ','))"
        f" AND array_to_string(languages, ',', '?') ~ '^{LANGUAGE_TAG}(,{LANGUAGE_TAG})*$'",
        name="languages_tags",
    ),
    Index("ix_rights_grants_film_pk", "film_pk", "territory", "media_right"),
    Index("ix_rights_grants_company_pk_id", "company_pk", "id"),
    Index("ix_rights_grants_licensee_pk_id", "licensee_pk", "id"),
    Index("ix_rights_grants_deal_pk", "deal_pk"),
    Index("ix_rights_grants_confirmed_on", "confirmed_on"),
)
"""active_since: when it became active, kept by a trigger; NULL where it has been since it was recorded."""

DEAL_SALES: Final = Table(
    "deal_sales",
    MetaData(),
    Column("deal_pk", BigInteger),
    Column("deal_id", Text),
    Column("film_pk", BigInteger),
    Column("company_pk", BigInteger),
    Column("licensee_pk", BigInteger),
    Column("territory", Text),
    Column("media_right", Text),
    Column("licence_window", DATERANGE),
)
"""A view: what deals of agents sell exclusively, each media right of which no active sale names the deal."""
