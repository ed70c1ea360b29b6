"""Imports of distributors, rights and deals."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from service.domain.deals import DealTerms, Money
from service.domain.imports import ImportCounts
from service.domain.rights import Window
from service.domain.words import CompanyKind, Direction, ImportKind, MediaRight
from service.errors import Invalid
from service.store.repositories.audit import AuditFilter
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases import imports
from tests.service import make
from tests.service.uploads import ADMIN, AGENT, BUYER, refusals, run


@pytest.fixture(autouse=True)
def market(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        make.trade(tx)
        tx.commit()


def test_distributors_get_companies_of_their_names(uow: UnitOfWorkFactory) -> None:
    done = run(
        uow,
        ADMIN,
        ImportKind.DISTRIBUTORS,
        "distributor_id,name,territory,kind,media_rights,budget_max_usd\n"
        'x-gb,Arrow,GB,independent,"TVOD, EST",5000000\nx-it,Arrow,IT,independent,,\nfr,Buyer,FR,major,,\n',
    )
    assert done.counts == ImportCounts(total=3, added=2, changed=1)
    with uow() as tx:
        found = tx.distributors.find(["x-gb", "x-it", "fr"])
        assert found["x-gb"].company_id == found["x-it"].company_id
        assert found["x-gb"].media_rights == (MediaRight.TVOD, MediaRight.EST)
        assert found["x-gb"].budget_max_usd == Decimal(5_000_000)
        assert (found["fr"].company_id, found["fr"].distributor.kind) == ("buyer", "major")


def test_a_distributor_imports_its_own_profiles_only(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        tx.companies.add(make.company("other", CompanyKind.DISTRIBUTOR))
        tx.distributors.add(make.profile("theirs", "other", "JP"))
        tx.commit()
    done = run(
        uow,
        BUYER,
        ImportKind.DISTRIBUTORS,
        "distributor_id,name,territory,kind,brief\n"
        "fr,Buyer,FR,independent,Folk horror.\ntheirs,Buyer,JP,major,\nde,Buyer,IT,major,\nes,Buyer,ES,major,\n",
    )
    assert done.counts == ImportCounts(total=4, added=1, changed=1, refused=2)
    assert [(row, column) for row, column, _ in refusals(uow, BUYER, done)] == [
        (3, "distributor_id"), (4, "territory"),
    ]  # fmt: skip
    with uow() as tx:
        assert tx.distributors.get("es").company_id == "buyer"


def test_a_second_profile_in_a_territory_is_told_by_the_column_of_the_file(uow: UnitOfWorkFactory) -> None:
    content = "distributor_id,name,Country code,kind\nfr-2,Buyer,FR,major\n"
    done = run(uow, BUYER, ImportKind.DISTRIBUTORS, content)
    assert [column for _, column, _ in refusals(uow, BUYER, done)] == ["Country code"]


RIGHTS = (
    "direction,film_id,licensee,territory,media right,start,end,exclusive,language\n"
    "sold,film,Buyer,FR,theatrical,2026-01-01,2030-12-31,yes,\n"
    "held,film,,Benelux|FR,theatrical|tvod,2020-01-01,2039-12-31,yes,\n"
)


def trail(uow: UnitOfWorkFactory, noun: str) -> list[tuple[str, str, dict[str, Any]]]:
    """What was done to objects of a kind, the latest first."""
    with uow() as tx:
        found = tx.audit.list(where=AuditFilter(noun=noun)).items
    return [(event.action, event.object_id, event.diff) for event in found]


def test_rights_are_expanded_and_held_ones_come_first(uow: UnitOfWorkFactory) -> None:
    done = run(uow, AGENT, ImportKind.RIGHTS, RIGHTS)
    assert (done.counts, refusals(uow, AGENT, done)) == (ImportCounts(total=2, added=2), [])
    with uow() as tx:
        grants = tx.rights.of_film("film")
    held = {
        (grant.territory, grant.media_right.value) for grant in grants if grant.direction is Direction.HELD
    }
    assert held == {
        (territory, right) for territory in ("BE", "NL", "LU", "FR") for right in ("theatrical", "tvod")
    }
    sold = next(grant for grant in grants if grant.direction is Direction.SOLD)
    assert (sold.licensee_id, sold.exclusive) == ("buyer", True)
    assert sold.window == Window(date(2026, 1, 1), date(2030, 12, 31))
    assert run(uow, AGENT, ImportKind.RIGHTS, RIGHTS).counts == ImportCounts(total=2, unchanged=2)


def test_a_longer_licence_changes_the_grant_instead_of_adding_one(uow: UnitOfWorkFactory) -> None:
    run(uow, AGENT, ImportKind.RIGHTS, RIGHTS)
    longer = run(uow, AGENT, ImportKind.RIGHTS, RIGHTS.replace("2030-12-31", "2031-12-31"))
    assert longer.counts == ImportCounts(total=2, changed=1, unchanged=1)
    (action, _, differs), *created = trail(uow, "rights")
    assert (action, differs) == ("rights.update", {"window.ends_on": ["2030-12-31", "2031-12-31"]})
    assert {told for told, *_ in created} == {"rights.create"}


def test_a_sale_outside_of_what_is_held_and_a_double_sale_are_refused(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        tx.companies.add(make.company("second", CompanyKind.DISTRIBUTOR))
        tx.commit()
    content = RIGHTS + (
        "sold,film,Second,FR,theatrical,2027-01-01,2028-12-31,no,\n"
        "sold,film,Second,JP,theatrical,2027-01-01,2028-12-31,no,\n"
        "sold,film,Nobody,FR,tvod,2027-01-01,2028-12-31,no,\n"
        "held,film,Buyer,JP,tvod,2027-01-01,2028-12-31,no,\n"
    )
    tried = run(uow, AGENT, ImportKind.RIGHTS, content, dry_run=True)
    assert tried.counts == ImportCounts(total=6, added=2, refused=4)
    assert [(row, column) for row, column, _ in refusals(uow, AGENT, tried)] == [
        (4, "end"),
        (5, "end"),
        (6, "licensee"),
        (7, "licensee"),
    ]


def test_a_row_of_several_rights_is_written_whole_or_not_at_all(uow: UnitOfWorkFactory) -> None:
    run(uow, AGENT, ImportKind.RIGHTS, RIGHTS)
    done = run(
        uow,
        AGENT,
        ImportKind.RIGHTS,
        "direction,film_id,licensee,territory,media right,start,end\n"
        "sold,film,Buyer,BE|JP,tvod,2026-01-01,2030-12-31\n",
    )
    assert done.counts == ImportCounts(total=1, refused=1)
    with uow() as tx:
        assert len(tx.rights.of_film("film")) == 9


DEALS = (
    "deal_id,film_id,distributor_id,signed_on,starts_on,ends_on,mg,mg currency,commission,gross,currency,private\n"
    "d1,film,fr,2026-02-03,2026-01-01,2030-12-31,50 000,EUR,25%,,EUR,0\n"
)


def test_deals_come_with_their_terms_and_are_private_until_said_otherwise(uow: UnitOfWorkFactory) -> None:
    run(uow, AGENT, ImportKind.RIGHTS, RIGHTS)
    private = DEALS.replace(",private", "").replace(",EUR,0\n", ",EUR\n")
    done = run(uow, AGENT, ImportKind.DEALS, private)
    assert (done.counts, refusals(uow, AGENT, done)) == (ImportCounts(total=1, added=1), [])
    with uow() as tx:
        deal, terms = tx.deals.get("d1"), tx.deals.terms("d1")
    assert (deal.agent_id, deal.territory, deal.is_public, deal.gross) == ("agent", "FR", False, None)
    assert terms == DealTerms(Money(Decimal(50_000), "EUR"), Decimal("0.25"))
    assert run(uow, AGENT, ImportKind.DEALS, private).counts == ImportCounts(total=1, unchanged=1)
    dearer = run(uow, AGENT, ImportKind.DEALS, private.replace("50 000", "60 000"))
    assert dearer.counts == ImportCounts(total=1, changed=1)
    assert trail(uow, "deal_terms")[0] == ("deal.terms", "d1", {"guarantee.amount": ["50000.00", "60000.00"]})
    assert run(uow, AGENT, ImportKind.DEALS, DEALS).counts == ImportCounts(total=1, changed=1)
    with uow() as tx:
        assert tx.deals.get("d1").is_public


def test_a_deal_outside_rights_held_is_refused(uow: UnitOfWorkFactory) -> None:
    done = run(uow, AGENT, ImportKind.DEALS, DEALS)
    assert done.counts == ImportCounts(total=1, refused=1)
    assert "does not hold theatrical rights" in refusals(uow, AGENT, done)[0][2]


def test_a_distributor_imports_what_it_bought_of_films_it_sees(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        tx.films.add(make.film("reference"))
        tx.commit()
    content = (
        "deal_id,film_id,distributor_id,release_date\n"
        "a,reference,fr,2024-01-01\nb,film,fr,2024-01-01\nc,reference,nobody,2024-01-01\n"
    )
    done = run(uow, BUYER, ImportKind.DEALS, content)
    assert done.counts == ImportCounts(total=3, added=1, refused=2)
    with uow() as tx:
        assert (tx.deals.get("a").agent_id, tx.deals.get("a").is_public) == (None, False)
    # What a company keeps to itself is not an administrator's to change, nor to compare with.
    told = run(uow, ADMIN, ImportKind.DEALS, content.splitlines()[0] + "\na,reference,fr,2025-01-01\n")
    assert told.counts == ImportCounts(total=1, refused=1)
    assert imports.preview_import(uow, ADMIN, told.run_id).items == ()


def test_terms_are_not_reference_data(uow: UnitOfWorkFactory) -> None:
    with pytest.raises(Invalid, match="terms"):
        run(uow, ADMIN, ImportKind.DEALS, DEALS)


def _sold_once(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        tx.rights.add(make.held("film", "agent"))
        tx.companies.add(make.company("other", CompanyKind.DISTRIBUTOR))
        tx.distributors.add(make.profile("fr-other", "other", "FR"))
        tx.deals.add(make.deal("film", "fr", "sale", agent_id="agent", window=make.years(2026, 2027)))
        tx.rights.add(
            make.sold("film", "agent", "buyer", grant_id="g", deal_id="sale", window=make.years(2026, 2027))
        )
        tx.commit()


LONGER = "deal_id,film_id,distributor_id,starts_on,ends_on\nsale,film,fr,2026-01-01,2030-12-31\n"


def test_what_is_recorded_as_sold_moves_with_an_imported_licence_period(uow: UnitOfWorkFactory) -> None:
    _sold_once(uow)
    done = run(uow, AGENT, ImportKind.DEALS, LONGER)
    assert done.counts == ImportCounts(total=1, changed=1)
    with uow() as tx:
        assert tx.rights.get("g").window == tx.deals.get("sale").window == make.years(2026, 2030)
    assert trail(uow, "rights") == [
        ("rights.update", "g", {"window.ends_on": ["2027-12-31", "2030-12-31"]}),
    ]


def test_deals_are_refused_that_would_sell_once_more(uow: UnitOfWorkFactory) -> None:
    _sold_once(uow)
    with uow() as tx:
        tx.rights.add(make.sold("film", "agent", "other", window=make.years(2029, 2030)))
        tx.commit()
    done = run(uow, AGENT, ImportKind.DEALS, LONGER)
    assert done.counts == ImportCounts(total=1, refused=1)
    columns = "deal_id,film_id,distributor_id,starts_on,ends_on,release_date"
    again = f"{columns}\nnew,film,fr-other,2027-01-01,2027-12-31,2027-05-05\n"
    done = run(uow, AGENT, ImportKind.DEALS, again)
    assert refusals(uow, AGENT, done) == [
        (2, "ends_on", "the deal sells theatrical in FR, of which the grant g sells some days exclusively")
    ]


def test_a_buyer_imports_no_other_licence_period_of_an_agents_deal(uow: UnitOfWorkFactory) -> None:
    _sold_once(uow)
    done = run(uow, BUYER, ImportKind.DEALS, LONGER)
    assert refusals(uow, BUYER, done) == [(2, "ends_on", "only the sales agent changes what its deal sells")]
