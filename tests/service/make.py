"""Builders of domain objects with everything filled in that a test does not care about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from recommender.market.domain import Distributor, Film
from service.domain.accounts import Company, Membership, User
from service.domain.catalogue import DistributorProfile, FilmRecord
from service.domain.deals import DealRecord
from service.domain.feedback import FeedbackEvent
from service.domain.rights import RightsGrant, Window
from service.domain.words import CompanyKind, Direction, FeedbackKind, GrantStatus, MediaRight, Role
from service.store.unit_of_work import UnitOfWork

__all__ = [
    "NOON",
    "company",
    "deal",
    "feedback",
    "film",
    "held",
    "profile",
    "sold",
    "trade",
    "user",
    "user_in",
    "years",
]

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
"""When things happen in tests, a Friday."""

_NUMBERS = count(1)


def company(company_id: str = "", *kinds: CompanyKind, **fields: Any) -> Company:
    """A company, by default a sales agent and a distributor at once."""
    company_id = company_id or f"company-{next(_NUMBERS)}"
    default = (CompanyKind.SALES_AGENT, CompanyKind.DISTRIBUTOR)
    return Company(company_id, **{"name": company_id.title(), "kinds": frozenset(kinds or default), **fields})


def user(user_id: str = "", **fields: Any) -> User:
    """A person with an address made from the id."""
    user_id = user_id or f"user-{next(_NUMBERS)}"
    return User(user_id, **{"email": f"{user_id}@example.org", "name": user_id.title(), **fields})


def user_in(tx: UnitOfWork, company_id: str, role: Role = Role.MEMBER, **fields: Any) -> User:
    """A stored person who is a member of a stored company."""
    added = tx.accounts.add_user(user(**fields))
    tx.accounts.add_membership(Membership(added.user_id, company_id, role))
    return added


def film(film_id: str = "", owner_id: str | None = None, **fields: Any) -> FilmRecord:
    """A film; fields of the recommender's Film and of FilmRecord alike."""
    film_id = film_id or f"film-{next(_NUMBERS)}"
    known = set(Film.__dataclass_fields__)
    inner = {name: fields.pop(name) for name in list(fields) if name in known}
    text = {"title": f"The {film_id.title()}", "synopsis": "A ferry, a storm, a letter.", "year": 2025}
    return FilmRecord(Film(film_id, **{**text, **inner}), owner_id=owner_id, **fields)


def profile(
    distributor_id: str = "", company_id: str = "", territory: str = "FR", **fields: Any
) -> DistributorProfile:
    """A distributor profile; fields of the recommender's Distributor and of DistributorProfile alike."""
    distributor_id = distributor_id or f"distributor-{next(_NUMBERS)}"
    known = set(Distributor.__dataclass_fields__)
    inner = {name: fields.pop(name) for name in list(fields) if name in known}
    base = Distributor(distributor_id, distributor_id.title(), territory, "independent")
    return DistributorProfile(replace(base, **inner), company_id, **fields)


def years(first: int, last: int) -> Window:
    """From New Year's Day of the first year to the last day of the last."""
    return Window(date(first, 1, 1), date(last, 12, 31))


def held(film_id: str, company_id: str, **fields: Any) -> RightsGrant:
    """Exclusive theatrical rights in France from 2020 to 2039, held and active."""
    return _grant(Direction.HELD, film_id, company_id, {"window": years(2020, 2039), **fields})


def sold(film_id: str, company_id: str, licensee_id: str, **fields: Any) -> RightsGrant:
    """Exclusive theatrical rights in France from 2026 to 2030, sold and active."""
    return _grant(
        Direction.SOLD,
        film_id,
        company_id,
        {"window": years(2026, 2030), "licensee_id": licensee_id, **fields},
    )


def deal(film_id: str, distributor_id: str, deal_id: str = "", **fields: Any) -> DealRecord:
    """A released deal of reference data; give agent_id for one made on this service."""
    deal_id = deal_id or f"deal-{next(_NUMBERS)}"
    return DealRecord(deal_id, film_id, distributor_id, **{"release_date": date(2026, 6, 1), **fields})


def feedback(
    kind: FeedbackKind, film_id: str, distributor_id: str, company_id: str, **fields: Any
) -> FeedbackEvent:
    """An event at noon."""
    event_id = fields.pop("event_id", "") or f"event-{next(_NUMBERS)}"
    return FeedbackEvent(event_id, kind, film_id, distributor_id, company_id, **{"at": NOON, **fields})


def trade(tx: UnitOfWork) -> None:
    """The usual cast, stored: agent `agent` with film `film`, buyer `buyer` with profiles `fr` and `de`.

    Nothing is held or sold yet.
    """
    tx.companies.add(company("agent", CompanyKind.SALES_AGENT))
    tx.companies.add(company("buyer", CompanyKind.DISTRIBUTOR))
    tx.films.add(film("film", "agent"))
    tx.distributors.add(profile("fr", "buyer", "FR"))
    tx.distributors.add(profile("de", "buyer", "DE"))


def _grant(direction: Direction, film_id: str, company_id: str, fields: dict[str, Any]) -> RightsGrant:
    defaults = {
        "grant_id": f"grant-{next(_NUMBERS)}",
        "territory": "FR",
        "media_right": MediaRight.THEATRICAL,
        "exclusive": True,
        "status": GrantStatus.ACTIVE,
    }
    return RightsGrant(direction=direction, film_id=film_id, company_id=company_id, **{**defaults, **fields})
