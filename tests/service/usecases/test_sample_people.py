"""Three people of the sample market, each with something to do."""

from __future__ import annotations

import pytest

from service.clock import today
from service.domain.paging import PageRequest
from service.domain.words import CompanyKind, Direction, MediaRight
from service.errors import Conflict, Unauthenticated
from service.first_steps import sample_folder, sample_people
from service.security.actor import Actor
from service.settings import Settings
from service.store.repositories.events import EventFilter
from service.store.repositories.films import FilmFilter
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.accounts import Doorkeeper, actor_of_session, sign_in
from service.usecases.market_import import load_market
from service.usecases.sample_people import SampleSignIn, furnish
from tests.service.world import PASSWORDS

SYSTEM = Actor.system("test")


@pytest.fixture
def people(uow: UnitOfWorkFactory) -> tuple[SampleSignIn, ...]:
    load_market(uow, sample_folder(), SYSTEM)
    return furnish(uow, PASSWORDS, SYSTEM)


def actor_for(uow: UnitOfWorkFactory, settings: Settings, person: SampleSignIn) -> Actor:
    door = Doorkeeper.of(settings, PASSWORDS)
    signed_in = sign_in(uow, door, email=person.email, password=person.password, address="")
    return actor_of_session(uow, door, signed_in.token)


def test_each_of_them_signs_in_to_a_company_of_the_kind(
    uow: UnitOfWorkFactory, settings: Settings, people: tuple[SampleSignIn, ...]
) -> None:
    kinds = (CompanyKind.SALES_AGENT, CompanyKind.DISTRIBUTOR, CompanyKind.ORGANISER)
    for person, kind in zip(people, kinds, strict=True):
        assert actor_for(uow, settings, person).companies(kind), person.who


def test_the_agent_holds_its_films_and_has_sold_what_was_released(
    uow: UnitOfWorkFactory, settings: Settings, people: tuple[SampleSignIn, ...]
) -> None:
    (agent_id,) = actor_for(uow, settings, people[0]).companies()
    with uow() as tx:
        films = tx.films.list(PageRequest(1000), FilmFilter(owner_id=agent_id)).items
        rights = tx.rights.of_films([film.film_id for film in films])
        released = tx.deals.of_films([film.film_id for film in films])
    assert len(films) > 20
    assert any(film.film.year == today().year for film in films)
    for film in films:
        grants = rights[film.film_id]
        sold = {grant.territory for grant in grants if grant.direction is Direction.SOLD}
        held = {grant.territory for grant in grants if grant.direction is Direction.HELD}
        assert sold == {deal.distributor_id[:2].upper() for deal in released.get(film.film_id, ())}
        assert sold <= held
        assert all(grant.media_right is MediaRight.THEATRICAL for grant in grants if grant.licensee_id)


def test_a_second_start_changes_the_passwords_and_nothing_else(
    uow: UnitOfWorkFactory, settings: Settings, people: tuple[SampleSignIn, ...]
) -> None:
    with uow() as tx:
        before = [grant.grant_id for grant in tx.rights.list(PageRequest(10_000)).items]
    again = furnish(uow, PASSWORDS, SYSTEM)
    assert [person.email for person in again] == [person.email for person in people]
    with pytest.raises(Unauthenticated):
        actor_for(uow, settings, people[0])
    assert actor_for(uow, settings, again[0])
    with uow() as tx:
        assert [grant.grant_id for grant in tx.rights.list(PageRequest(10_000)).items] == before


def test_a_market_that_is_not_the_sample_gets_none(uow: UnitOfWorkFactory) -> None:
    with pytest.raises(Conflict, match="sample market is not loaded"):
        furnish(uow, PASSWORDS, SYSTEM)


def test_a_password_is_not_shown_by_accident(people: tuple[SampleSignIn, ...]) -> None:
    assert people[0].password not in repr(people[0])


def test_the_organiser_has_one_event_which_the_agent_and_the_distributor_attend(
    uow: UnitOfWorkFactory, people: tuple[SampleSignIn, ...]
) -> None:
    agent, distributor, organiser = sample_people(uow)
    assert sample_people(uow)[2].company_id == organiser.company_id
    with uow() as tx:
        (event,) = tx.events.list(PageRequest(10), EventFilter(organiser.company_id)).items
        attending = {one.company_id for one in tx.participants.all(event.event_id)}
    assert {agent.company_id, distributor.company_id} <= attending
