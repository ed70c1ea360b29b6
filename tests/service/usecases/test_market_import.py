from dataclasses import replace
from pathlib import Path

import pytest

from recommender.market.tables import read_market
from service.domain.imports import ImportCounts
from service.domain.paging import PageRequest
from service.domain.words import CompanyKind
from service.errors import Forbidden
from service.security.actor import Actor
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.market_import import load_market
from tests.service import make

SAMPLE = Path(__file__).parents[3] / "data" / "sample"
SERVE = Actor.system("serve")


def test_the_sample_market_is_loaded_whole_and_as_it_is(uow: UnitOfWorkFactory) -> None:
    counts = load_market(uow, SAMPLE, SERVE)
    market = read_market(SAMPLE)
    assert counts == ImportCounts(total=1154, added=1154)
    with uow() as tx:
        assert {record.film for record in tx.films.stream()} == {
            market.film(film_id) for film_id in market.film_ids
        }
        assert {profile.distributor for profile in tx.distributors.stream()} == {
            market.distributor(distributor_id) for distributor_id in market.distributor_ids
        }
        stored = {deal.as_market_deal() for deal in tx.deals.stream()}
        assert stored == {deal for film_id in market.film_ids for deal in market.deals_of(film_id)}


def test_the_same_folder_twice_changes_nothing(uow: UnitOfWorkFactory) -> None:
    load_market(uow, SAMPLE, SERVE)
    with uow() as tx:
        revision = tx.changes.revision()
    assert load_market(uow, SAMPLE, SERVE) == ImportCounts(total=1154, unchanged=1154)
    with uow() as tx:
        assert tx.changes.revision() == revision
        assert len(tx.audit.list().items) == 1


def test_every_distributor_belongs_to_a_company_of_its_name(uow: UnitOfWorkFactory) -> None:
    load_market(uow, SAMPLE, SERVE)
    with uow() as tx:
        companies = {company.company_id: company for company in tx.companies.stream()}
        for profile in tx.distributors.stream():
            company = companies[profile.company_id]
            assert company.name == profile.distributor.name
            assert company.kinds == {CompanyKind.DISTRIBUTOR}


def test_public_deals_may_be_shown_and_private_ones_not(uow: UnitOfWorkFactory, tmp_path: Path) -> None:
    for table in ("films", "distributors"):
        (tmp_path / f"{table}.csv").write_bytes((SAMPLE / f"{table}.csv").read_bytes())
    (tmp_path / "deals.csv").write_text(
        "deal_id,film_id,distributor_id,territory,release_date,private\n"
        "a,f001,jp-suzume-do,JP,2014-03-21,1\nb,f001,jp-suzume-do,JP,2014-03-22,\n"
    )
    load_market(uow, tmp_path, SERVE)
    with uow() as tx:
        shown = {deal.deal_id: (deal.is_public, deal.outcome_public) for deal in tx.deals.stream()}
    assert shown == {"a": (False, False), "b": (True, True)}


def test_what_a_company_made_its_own_is_left_alone(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        make.trade(tx)
        tx.films.add(make.film("f001", "agent", title="Mine"))
        tx.commit()
    assert load_market(uow, SAMPLE, SERVE).refused == 1
    with uow() as tx:
        assert tx.films.get("f001").film.title == "Mine"


def test_what_only_the_service_knows_is_kept(uow: UnitOfWorkFactory) -> None:
    load_market(uow, SAMPLE, SERVE)
    with uow() as tx:
        film, profile = tx.films.get("f001"), tx.distributors.get("jp-suzume-do")
        tx.films.update(replace(film, festivals=("Locarno",)))
        tx.distributors.update(replace(profile, attending=("EFM",)))
        tx.commit()
    assert load_market(uow, SAMPLE, SERVE).changed == 0
    with uow() as tx:
        assert tx.films.get("f001").festivals == ("Locarno",)
        assert tx.distributors.get("jp-suzume-do").attending == ("EFM",)


def test_a_company_in_two_territories_is_one_and_namesakes_in_one_territory_are_two(
    uow: UnitOfWorkFactory, tmp_path: Path
) -> None:
    (tmp_path / "films.csv").write_text("film_id,title,synopsis\nf,Film,A ferry.\n")
    (tmp_path / "deals.csv").write_text("deal_id,film_id,distributor_id,territory,release_date\n")
    (tmp_path / "distributors.csv").write_text(
        "distributor_id,name,territory,kind\n"
        "a,Arrow,GB,independent\nb,ARROW,IT,independent\nc,Arrow,GB,independent\n"
    )
    for _ in range(2):
        load_market(uow, tmp_path, SERVE)
    with uow() as tx:
        of = {profile.distributor_id: profile.company_id for profile in tx.distributors.stream()}
        assert len(tx.companies.list(PageRequest()).items) == 2
    assert of["a"] == of["b"] != of["c"]


def test_an_agent_that_calls_itself_as_a_distributor_does_not_become_one_by_an_import(
    uow: UnitOfWorkFactory,
) -> None:
    with uow() as tx:
        tx.companies.add(make.company("agent", CompanyKind.SALES_AGENT, name="La Lanterne Bleue"))
        tx.commit()
    load_market(uow, SAMPLE, SERVE)
    with uow() as tx:
        profile = tx.distributors.get("fr-lanterne-bleue")
        assert profile.distributor.name == tx.companies.get("agent").name
        assert profile.company_id != "agent"
        assert tx.companies.get("agent").kinds == {CompanyKind.SALES_AGENT}


def test_it_takes_an_administrator(uow: UnitOfWorkFactory) -> None:
    with pytest.raises(Forbidden):
        load_market(uow, SAMPLE, Actor("u", "u"))
