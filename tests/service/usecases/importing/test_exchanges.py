"""A file that describes a possible state reaches it at once, whatever the order of its rows."""

from itertools import permutations

import pytest

from service.domain.imports import ImportCounts
from service.domain.words import CompanyKind, ImportKind
from service.store.repositories.audit import AuditFilter
from service.store.unit_of_work import UnitOfWorkFactory
from tests.service import make
from tests.service.uploads import AGENT, refusals, run

HEADER = "grant_id,direction,film_id,licensee,territories,media_rights,starts_on,ends_on,exclusive\n"
HELD = "held,held,film,,FR,theatrical,2020-01-01,2039-12-31,1\n"


@pytest.fixture(autouse=True)
def market(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        make.trade(tx)
        tx.commit()


def sales(*windows: tuple[str, int, int]) -> str:
    """Sales of years, such as ("g1", 2026, 2027)."""
    return HEADER + "".join(
        f"{name},sold,film,Buyer,FR,theatrical,{start}-01-01,{end}-12-31,1\n" for name, start, end in windows
    )


def reaches(uow: UnitOfWorkFactory, kind: ImportKind, content: str, changed: int) -> None:
    """The file is taken whole, and the second time there is nothing to do."""
    tried = run(uow, AGENT, kind, content, dry_run=True)
    done = run(uow, AGENT, kind, content)
    assert (done.counts, refusals(uow, AGENT, done)) == (ImportCounts(total=changed, changed=changed), [])
    assert tried.counts == done.counts
    assert run(uow, AGENT, kind, content).counts == ImportCounts(total=changed, unchanged=changed)


@pytest.mark.parametrize(
    "after",
    [
        [("g1", 2026, 2029), ("g2", 2030, 2031), ("g3", 2032, 2032)],
        [("g1", 2028, 2029), ("g2", 2026, 2027), ("g3", 2030, 2031)],
        [("g1", 2030, 2031), ("g2", 2026, 2027), ("g3", 2028, 2029)],
    ],
    ids=["the border moves", "two are exchanged", "all go round"],
)
def test_sales_move_into_each_others_windows(
    uow: UnitOfWorkFactory, after: list[tuple[str, int, int]]
) -> None:
    run(uow, AGENT, ImportKind.RIGHTS, HEADER + HELD)
    run(uow, AGENT, ImportKind.RIGHTS, sales(("g1", 2026, 2027), ("g2", 2028, 2029), ("g3", 2030, 2031)))
    changing = [row for row in after if row != ("g3", 2030, 2031)]
    for rows in permutations(changing):
        run(uow, AGENT, ImportKind.RIGHTS, sales(("g1", 2026, 2027), ("g2", 2028, 2029), ("g3", 2030, 2031)))
        reaches(uow, ImportKind.RIGHTS, sales(*rows), len(changing))


def test_what_is_held_shrinks_with_what_was_sold_of_it(uow: UnitOfWorkFactory) -> None:
    run(uow, AGENT, ImportKind.RIGHTS, HEADER + HELD)
    run(uow, AGENT, ImportKind.RIGHTS, sales(("g1", 2026, 2037)))
    reaches(uow, ImportKind.RIGHTS, sales(("g1", 2026, 2027)) + HELD.replace("2039", "2030"), 2)


def test_a_row_with_an_obstacle_of_its_own_holds_up_no_others(uow: UnitOfWorkFactory) -> None:
    run(uow, AGENT, ImportKind.RIGHTS, HEADER + HELD)
    run(uow, AGENT, ImportKind.RIGHTS, sales(("g1", 2026, 2027), ("g2", 2028, 2029)))
    content = sales(("g1", 2026, 2028), ("g2", 2029, 2030), ("g3", 2030, 2031))
    done = run(uow, AGENT, ImportKind.RIGHTS, content)
    assert done.counts == ImportCounts(total=3, changed=2, refused=1)
    assert [row for row, *_ in refusals(uow, AGENT, done)] == [4]


FILMS = (
    "film_id,title,imdb_id,tmdb_id\na,The Ferry,tt0000001,1\nb,The Storm,tt0000002,2\nc,The Boat,tt0000003,\n"
)


@pytest.mark.parametrize(
    ("after", "changed"),
    [
        (FILMS.replace("tt0000001", "x").replace("tt0000002", "tt0000001").replace("x", "tt0000002"), 2),
        (FILMS.replace("tt0000003", "tt0000004").replace("tt0000002", "tt0000003"), 2),
        ("film_id,title,imdb_id\na,The Ferry,tt0000002\nb,The Storm,tt0000003\nc,The Boat,tt0000001\n", 3),
    ],
    ids=["two are exchanged", "one goes on", "all go round"],
)
def test_films_take_over_each_others_identifiers(uow: UnitOfWorkFactory, after: str, changed: int) -> None:
    run(uow, AGENT, ImportKind.FILMS, FILMS)
    header, *rows = after.splitlines()
    told = "\n".join([header, *(row for row in rows if row not in FILMS.splitlines())]) + "\n"
    reaches(uow, ImportKind.FILMS, told, changed)
    with uow() as tx:
        assert [tx.films.get(one).tmdb_id for one in "abc"] == ["1", "2", ""]
        trail = tx.audit.list(where=AuditFilter(noun="film")).items
    assert [event.action for event in trail].count("film.update") == changed


def test_of_two_rows_that_want_what_a_third_gives_up_the_first_gets_it(uow: UnitOfWorkFactory) -> None:
    run(uow, AGENT, ImportKind.FILMS, FILMS)
    content = "film_id,title,imdb_id\nd,The Oar,tt0000001\ne,The Sail,tt0000001\na,The Ferry,\n"
    done = run(uow, AGENT, ImportKind.FILMS, content)
    assert done.counts == ImportCounts(total=3, added=1, changed=1, refused=1)
    with uow() as tx:
        assert tx.films.get("d").imdb_id == "tt0000001"


def test_an_identifier_that_nobody_gives_up_stays_refused(uow: UnitOfWorkFactory) -> None:
    run(uow, AGENT, ImportKind.FILMS, FILMS)
    content = "film_id,title,imdb_id\na,The Ferry,tt0000002\nd,The Oar,tt0000003\ne,The Sail,tt0000001\n"
    done = run(uow, AGENT, ImportKind.FILMS, content)
    assert done.counts == ImportCounts(total=3, refused=3)
    with uow() as tx:
        assert [tx.films.get(one).imdb_id for one in "abc"] == ["tt0000001", "tt0000002", "tt0000003"]


DEALS = "deal_id,film_id,distributor_id,territory,signed_on,media_rights,starts_on,ends_on\n"


def licences(*windows: tuple[str, str, int, int]) -> str:
    """Deals of years, such as ("d1", "fr", 2026, 2027)."""
    return DEALS + "".join(
        f"{name},film,{buyer},FR,2026-05-05,theatrical,{start}-01-01,{end}-12-31\n"
        for name, buyer, start, end in windows
    )


@pytest.fixture
def licensed(uow: UnitOfWorkFactory) -> UnitOfWorkFactory:
    """Two deals whose sales are recorded, one after the other."""
    with uow() as tx:
        tx.companies.add(make.company("second", CompanyKind.DISTRIBUTOR))
        tx.distributors.add(make.profile("fr2", "second", "FR"))
        tx.commit()
    run(uow, AGENT, ImportKind.RIGHTS, HEADER + HELD)
    run(uow, AGENT, ImportKind.DEALS, licences(("d1", "fr", 2026, 2027), ("d2", "fr2", 2028, 2029)))
    with uow() as tx:
        for deal_id, buyer, start, end in (("d1", "buyer", 2026, 2027), ("d2", "second", 2028, 2029)):
            window = make.years(start, end)
            tx.rights.add(
                make.sold("film", "agent", buyer, grant_id=f"of-{deal_id}", deal_id=deal_id, window=window)
            )
        tx.commit()
    return uow


@pytest.mark.parametrize(
    "after",
    [
        [("d1", "fr", 2026, 2028), ("d2", "fr2", 2029, 2029)],
        [("d1", "fr", 2028, 2029), ("d2", "fr2", 2026, 2027)],
    ],
    ids=["the border moves", "two are exchanged"],
)
def test_licence_periods_move_into_each_other_with_what_is_recorded_of_them(
    licensed: UnitOfWorkFactory, after: list[tuple[str, str, int, int]]
) -> None:
    reaches(licensed, ImportKind.DEALS, licences(*after), 2)
    with licensed() as tx:
        windows = {grant.grant_id: grant.window for grant in tx.rights.of_film("film")}
        for deal_id, _, start, end in after:
            assert tx.deals.get(deal_id).window == windows[f"of-{deal_id}"] == make.years(start, end)


def test_a_licence_period_that_cannot_be_costs_only_its_own_row(licensed: UnitOfWorkFactory) -> None:
    content = licences(("d1", "fr", 2026, 2026), ("d2", "fr2", 2028, 2049), ("d3", "fr", 2035, 2036))
    for dry_run in (True, False):
        done = run(licensed, AGENT, ImportKind.DEALS, content, dry_run=dry_run)
        assert (done.counts.added, done.counts.changed, done.counts.refused) == (1, 1, 1)
    assert [line for line, *_ in refusals(licensed, AGENT, done)] == [3]
