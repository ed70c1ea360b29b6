"""Three people of the invented sample market, so that it can be tried out from all sides.

They exist only where the sample market was loaded, and their passwords are made up at each start: there is none that
could be known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain, product
from typing import Final

from service.clock import today
from service.domain.accounts import Company, Membership, User
from service.domain.catalogue import DistributorProfile, FilmRecord
from service.domain.deals import DealRecord
from service.domain.rights import RightsGrant, Window
from service.domain.words import CompanyKind, Direction, GrantStatus, MediaRight, Role
from service.errors import Conflict
from service.security.actor import Actor
from service.security.identity import Passwords, new_token
from service.store.ids import new_id
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record

__all__ = ["SampleSignIn", "furnish"]

_AGENT: Final = "Halcyon Doors"
_DISTRIBUTOR: Final = "fr-lanterne-bleue"
_ORGANISER: Final = "Harbour Lights Market"

_RIGHTS: Final = (MediaRight.THEATRICAL, MediaRight.SVOD, MediaRight.PAY_TV, MediaRight.FREE_TV)
_HELD_YEARS: Final = 15
_SOLD_YEARS: Final = 7
_LONG_AGO: Final = timedelta(days=400)
"""Since when nobody has confirmed the rights in old films: they are shown as not confirmed lately."""


@dataclass(frozen=True, slots=True)
class SampleSignIn:
    """How one of them signs in. who: what this person does."""

    who: str
    company: str
    company_id: str
    email: str
    password: str

    def __repr__(self) -> str:
        return f"SampleSignIn(email={self.email!r})"


def furnish(uow: UnitOfWorkFactory, passwords: Passwords, actor: Actor) -> tuple[SampleSignIn, ...]:
    """A sales agent with its films and rights, a distributor, an organiser; the same ones at each call.

    Raises Conflict where the sample market is not loaded.
    """
    with uow() as tx:
        distributor = tx.distributors.find([_DISTRIBUTOR]).get(_DISTRIBUTOR)
        films = [film for film in tx.films.stream() if film.film.sales_agent == _AGENT]
        if distributor is None or not films:
            raise Conflict("the sample market is not loaded", "Start with an empty data folder")
        agent_id = _company(tx, _AGENT, CompanyKind.SALES_AGENT)
        organiser_id = _company(tx, _ORGANISER, CompanyKind.ORGANISER)
        if free := [film for film in films if film.owner_id is None]:
            _hand_over(tx, free, agent_id)
        people = (
            _person(tx, passwords, "sales agent", "Ines Almeida", "agent", agent_id),
            _person(tx, passwords, "distributor", "Luc Moreau", "buyer", distributor.company_id),
            _person(tx, passwords, "organiser", "Mina Sato", "organiser", organiser_id),
        )
        record(tx, actor, "sample.people", "user", "")
        tx.commit()
    return people


def _company(tx: UnitOfWork, name: str, kind: CompanyKind) -> str:
    for company in tx.companies.named(name):
        if kind in company.kinds:
            return company.company_id
    return tx.companies.add(Company(new_id("company"), name, frozenset({kind}))).company_id


def _person(
    tx: UnitOfWork, passwords: Passwords, who: str, name: str, mailbox: str, company_id: str
) -> SampleSignIn:
    password = new_token()[:16]
    email = f"{mailbox}@sample.example"
    user = tx.accounts.user_by_email(email)
    if user is None:
        user = tx.accounts.add_user(User(new_id("user"), email, name))
        tx.accounts.add_membership(Membership(user.user_id, company_id, Role.OWNER))
    tx.accounts.set_password(user.user_id, passwords.hash(password))
    tx.sessions.end_all(user.user_id)
    return SampleSignIn(who, tx.companies.get(company_id).name, company_id, email, password)


def _hand_over(tx: UnitOfWork, films: list[FilmRecord], agent_id: str) -> None:
    """The films become the agent's, which holds their rights and has sold cinema where they were released."""
    tx.films.upsert_many([replace(film, owner_id=agent_id) for film in films])
    profiles = {profile.distributor_id: profile for profile in tx.distributors.stream()}
    territories = sorted({profile.territory for profile in profiles.values()})
    tx.rights.upsert_many([grant for film in films for grant in _held(film, agent_id, territories)])
    deals = tx.deals.of_films([film.film_id for film in films])
    released = sorted(chain.from_iterable(deals.values()), key=lambda deal: (deal.release_date, deal.deal_id))
    # The first release in a territory; it was sold to whoever made it.
    buyers: dict[tuple[str, str], tuple[DealRecord, DistributorProfile]] = {}
    for deal in released:
        profile = profiles[deal.distributor_id]
        buyers.setdefault((deal.film_id, profile.territory), (deal, profile))
    tx.rights.upsert_many([_sold(deal, profile, agent_id) for deal, profile in buyers.values()])


def _held(film: FilmRecord, agent_id: str, territories: list[str]) -> Iterator[RightsGrant]:
    year = film.film.year or today().year
    is_new = year >= today().year
    for territory, right in product(territories, _RIGHTS):
        yield RightsGrant(
            grant_id=new_id("grant"),
            direction=Direction.HELD,
            film_id=film.film_id,
            company_id=agent_id,
            territory=territory,
            media_right=right,
            window=Window(date(year - 1, 1, 1), date(year + _HELD_YEARS, 12, 31)),
            exclusive=True,
            status=GrantStatus.ACTIVE,
            # Streaming and television come after the cinemas.
            holdback_until=None if right is MediaRight.THEATRICAL else date(year + 1, 6, 30),
            confirmed_on=today() if is_new else today() - _LONG_AGO,
        )


def _sold(deal: DealRecord, buyer: DistributorProfile, agent_id: str) -> RightsGrant:
    assert deal.release_date is not None
    return RightsGrant(
        grant_id=new_id("grant"),
        direction=Direction.SOLD,
        film_id=deal.film_id,
        company_id=agent_id,
        licensee_id=buyer.company_id,
        territory=buyer.territory,
        media_right=MediaRight.THEATRICAL,
        window=Window(deal.release_date, deal.release_date + timedelta(days=365 * _SOLD_YEARS)),
        exclusive=True,
        status=GrantStatus.ACTIVE,
        confirmed_on=today(),
    )
