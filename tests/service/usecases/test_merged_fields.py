"""What becomes of the fields of two that are merged, and which of them is kept."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from service.domain.imports import MergeProposal
from service.domain.words import CompanyKind, MergeState
from service.errors import Invalid
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases import merges
from service.usecases.merged_fields import merged_film
from tests.service import make
from tests.service.usecases.merging import ADMIN, AGENT, PEOPLE, add_films, listed, only


@pytest.fixture(autouse=True)
def market(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        make.trade(tx)
        tx.commit()


def propose(uow: UnitOfWorkFactory, *films: tuple[str, str | None, str]) -> MergeProposal:
    """Add two films, and propose them."""
    add_films(uow, *films)
    merges.propose_merges(uow, "film")
    return only(uow, ADMIN if any(owner is None for _, owner, _ in films) else AGENT)


def test_what_only_the_other_film_says_is_kept(uow: UnitOfWorkFactory) -> None:
    known = {
        "synopsis": "A ferry pilot finds a letter.",
        "synopsis_language": "en",
        "year": 2024,
        "imdb_id": "tt0111161",
        "eidr": "10.5240/7791-8534-2C23-9030-8610-5",
        "festivals": ("Cannes 2024",),
        "budget_usd": Decimal(900_000),
    }
    with uow() as tx:
        tx.films.add(
            make.film("a", "agent", title="The Salt Ferry", **{**PEOPLE, "synopsis": "", "year": 2025})
        )
        tx.films.add(make.film("b", "agent", title="Salt Ferry", **{**PEOPLE, **known}))
        tx.commit()
    merges.propose_merges(uow, "film")
    merges.accept_merge(uow, AGENT, only(uow, AGENT).proposal_id)
    with uow() as tx:
        kept = tx.films.get("a")
        trail = [event.action for event in tx.audit.list().items if event.object_id == "a"]
    assert (kept.film.title, kept.film.year) == ("The Salt Ferry", 2025)
    assert (kept.film.synopsis, kept.film.synopsis_language) == (known["synopsis"], "en")
    assert (kept.imdb_id, kept.eidr, kept.festivals, kept.budget_usd) == tuple(
        known[name] for name in ("imdb_id", "eidr", "festivals", "budget_usd")
    )
    assert {"film.merge", "film.update"} <= set(trail)


def test_the_synopsis_that_is_kept_keeps_its_language(uow: UnitOfWorkFactory) -> None:
    kept = make.film("a", "agent", synopsis="Eine Fähre.")
    merged_one = merged_film(kept, make.film("b", "agent", synopsis="A ferry.", synopsis_language="en"))
    assert (merged_one.film.synopsis, merged_one.film.synopsis_language) == ("Eine Fähre.", "")


def test_people_may_keep_the_other_film(uow: UnitOfWorkFactory) -> None:
    proposal = propose(uow, ("a", "agent", "The Salt Ferry"), ("b", "agent", "Salt Ferry"))
    decided = merges.accept_merge(uow, AGENT, proposal.proposal_id, kept_id="b")
    assert (decided.kept_id, decided.other_id) == ("b", "a")
    with uow() as tx:
        assert tx.films.find(["a", "b"]).keys() == {"b"}
        assert tx.merges.kept_films(["a"]) == {"a": "b"}


def test_neither_a_stranger_nor_reference_data_is_kept_in_the_place_of_an_agents_film(
    uow: UnitOfWorkFactory,
) -> None:
    proposal = propose(uow, ("a", None, "The Salt Ferry"), ("b", "agent", "Salt Ferry"))
    for kept_id, said in (("c", "none of the two"), ("a", "reference data cannot be kept")):
        with pytest.raises(Invalid, match=said):
            merges.accept_merge(uow, ADMIN, proposal.proposal_id, kept_id=kept_id)
    assert only(uow, ADMIN).state is MergeState.PROPOSED


def test_a_merged_company_does_what_both_did_and_is_found_by_either_name(uow: UnitOfWorkFactory) -> None:
    kept = replace(make.company("one", CompanyKind.SALES_AGENT), name="Alba", aliases=("Alba Films",))
    other = replace(
        make.company("two", CompanyKind.DISTRIBUTOR), name="Alba Film", aliases=("Alba",), country="PT"
    )
    with uow() as tx:
        tx.companies.add(kept)
        tx.companies.add(other)
        tx.commit()
    merges.propose_merges(uow, "company")
    proposal = next(one for one in listed(uow, ADMIN) if {one.kept_id, one.other_id} == {"one", "two"})
    merges.accept_merge(uow, ADMIN, proposal.proposal_id, kept_id="one")
    with uow() as tx:
        found = tx.companies.get("one")
    assert found.kinds == {CompanyKind.SALES_AGENT, CompanyKind.DISTRIBUTOR}
    assert (found.name, found.aliases, found.country) == (
        "Alba",
        ("Alba Films", "Alba Film"),
        kept.country or "PT",
    )
