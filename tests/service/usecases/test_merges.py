from dataclasses import replace
from datetime import date

import pytest

from recommender.meetings.domain import Meeting
from service.domain.schedules import Schedule
from service.domain.words import CompanyKind, GrantStatus, ImportKind, MergeState, Role, ScheduleState
from service.errors import Conflict, Forbidden, NotFound, RightsConflict
from service.security.actor import Actor, Seat
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases import imports, merges
from tests.service import make, organising, uploads
from tests.service.usecases.merging import ADMIN, AGENT, add_films, listed, only

RIVAL = Actor("rui", "rui", (Seat("rival", Role.MEMBER, frozenset({CompanyKind.SALES_AGENT})),))


@pytest.fixture(autouse=True)
def market(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        make.trade(tx)
        tx.companies.add(make.company("rival", CompanyKind.SALES_AGENT))
        tx.commit()


def test_films_that_are_alike_are_proposed_once_with_what_they_share(uow: UnitOfWorkFactory) -> None:
    add_films(uow, ("a", "agent", "The Salt Ferry"), ("b", "agent", "Salt Ferry"), ("c", "agent", "A Bench"))
    assert merges.propose_merges(uow, "film") == 1
    assert merges.propose_merges(uow, "film") == 0
    proposal = only(uow, AGENT)
    assert (proposal.kept_id, proposal.other_id) == ("a", "b")
    assert proposal.likeness > 0.95
    assert proposal.evidence["shared_directors"] == ["Ana Ruz"]


def test_nothing_is_merged_by_proposing(uow: UnitOfWorkFactory) -> None:
    add_films(uow, ("a", "agent", "The Salt Ferry"), ("b", "agent", "Salt Ferry"))
    merges.propose_merges(uow, "film")
    with uow() as tx:
        assert set(tx.films.find(["a", "b"])) == {"a", "b"}


def test_an_import_proposes_what_it_brought_twice(uow: UnitOfWorkFactory) -> None:
    add_films(uow, ("a", "agent", "The Salt Ferry"))
    content = b"film_id,title,year,directors\nb,Salt Ferry,2025,Ana Ruz\nc,Other,2025,Ana Ruz\n"
    file = imports.upload_file(uow, AGENT, name="f.csv", content=content, company_id=None).file
    imports.start_import(uow, AGENT, file.file_id, ImportKind.FILMS, mapping=None, dry_run=False)
    assert {only(uow, AGENT).kept_id, only(uow, AGENT).other_id} == {"a", "b"}


def test_merging_hands_over_rights_and_deals_and_is_in_the_trail(uow: UnitOfWorkFactory) -> None:
    add_films(uow, ("a", "agent", "The Salt Ferry"), ("b", "agent", "Salt Ferry"))
    with uow() as tx:
        tx.rights.add(make.held("b", "agent"))
        tx.deals.add(make.deal("b", "fr", "deal", agent_id="agent"))
        tx.commit()
    merges.propose_merges(uow, "film")
    decided = merges.accept_merge(uow, AGENT, only(uow, AGENT).proposal_id)
    assert (decided.state, decided.decided_by) == (MergeState.MERGED, "ines")
    with uow() as tx:
        assert tx.films.find(["a", "b"]).keys() == {"a"}
        assert [grant.film_id for grant in tx.rights.of_film("a")] == ["a"]
        assert tx.deals.get("deal").film_id == "a"
        trail = {(event.action, event.object_id) for event in tx.audit.list().items}
    assert {("film.merge", "a"), ("film.delete", "b")} <= trail


def test_films_whose_rights_contradict_are_not_merged(uow: UnitOfWorkFactory) -> None:
    add_films(uow, ("a", "agent", "The Salt Ferry"), ("b", "agent", "Salt Ferry"))
    with uow() as tx:
        tx.rights.add(make.held("a", "agent"))
        tx.rights.add(make.held("b", "agent"))
        tx.commit()
    merges.propose_merges(uow, "film")
    with pytest.raises(RightsConflict):
        merges.accept_merge(uow, AGENT, only(uow, AGENT).proposal_id)
    assert only(uow, AGENT).state is MergeState.PROPOSED


def test_films_of_which_a_deal_and_a_sale_contradict_are_not_merged(uow: UnitOfWorkFactory) -> None:
    add_films(uow, ("a", "agent", "The Salt Ferry"), ("b", "agent", "Salt Ferry"))
    with uow() as tx:
        tx.rights.add(make.held("a", "agent"))
        tx.rights.add(make.sold("a", "agent", "rival"))
        tx.rights.add(make.held("b", "agent", window=make.years(2019, 2019)))
        tx.deals.add(make.deal("b", "fr", "older", agent_id="agent", release_date=date(2019, 5, 1)))
        tx.commit()
    merges.propose_merges(uow, "film")
    with pytest.raises(RightsConflict) as raised:
        merges.accept_merge(uow, AGENT, only(uow, AGENT).proposal_id)
    assert raised.value.constraint in ("deals_beside_sold", "sold_beside_deals")
    assert only(uow, AGENT).state is MergeState.PROPOSED


def test_what_was_rejected_is_remembered(uow: UnitOfWorkFactory) -> None:
    add_films(uow, ("a", "agent", "The Salt Ferry"), ("b", "agent", "Salt Ferry"))
    merges.propose_merges(uow, "film")
    proposal_id = only(uow, AGENT).proposal_id
    assert merges.reject_merge(uow, AGENT, proposal_id).state is MergeState.DIFFERENT
    assert merges.propose_merges(uow, "film") == 0
    for decide in (merges.accept_merge, merges.reject_merge):
        with pytest.raises(Conflict, match="decided already"):
            decide(uow, AGENT, proposal_id)
    with uow() as tx:
        assert set(tx.films.find(["a", "b"])) == {"a", "b"}


def test_nobody_learns_that_a_rival_has_the_same_film(uow: UnitOfWorkFactory) -> None:
    add_films(uow, ("a", "agent", "The Salt Ferry"), ("b", "rival", "Salt Ferry"))
    assert merges.propose_merges(uow, "film") == 0


def test_an_agents_film_is_kept_before_reference_data_and_administrators_decide(
    uow: UnitOfWorkFactory,
) -> None:
    add_films(uow, ("a", None, "The Salt Ferry"), ("b", "agent", "Salt Ferry"))
    merges.propose_merges(uow, "film")
    assert listed(uow, AGENT) == []
    proposal = only(uow, ADMIN)
    assert (proposal.kept_id, proposal.other_id) == ("b", "a")
    merges.accept_merge(uow, ADMIN, proposal.proposal_id)
    with uow() as tx:
        assert tx.films.find(["a", "b"]).keys() == {"b"}


@pytest.mark.parametrize("what", ["held", "draft", "deal"])
def test_reference_data_in_which_another_agent_has_rights_never_becomes_an_agents_film(
    uow: UnitOfWorkFactory, what: str
) -> None:
    add_films(uow, ("a", None, "The Salt Ferry"), ("b", "agent", "Salt Ferry"))
    with uow() as tx:
        status = GrantStatus.DRAFT if what == "draft" else GrantStatus.ACTIVE
        tx.rights.add(make.held("a", "rival", grant_id="grant", status=status))
        if what == "deal":
            tx.deals.add(make.deal("a", "fr", agent_id="rival"))
        tx.commit()
    merges.propose_merges(uow, "film")
    with pytest.raises(Conflict, match="another company has rights or deals of the film a"):
        merges.accept_merge(uow, ADMIN, only(uow, ADMIN).proposal_id)
    assert only(uow, ADMIN).state is MergeState.PROPOSED


def test_reference_data_brings_its_releases_and_the_agents_own_rights(uow: UnitOfWorkFactory) -> None:
    add_films(uow, ("a", None, "The Salt Ferry"), ("b", "agent", "Salt Ferry"))
    with uow() as tx:
        tx.rights.add(make.held("a", "agent"))
        tx.deals.add(make.deal("a", "fr", "release"))
        tx.commit()
    merges.propose_merges(uow, "film")
    merges.accept_merge(uow, ADMIN, only(uow, ADMIN).proposal_id)
    with uow() as tx:
        assert len(tx.rights.of_film("b")) == 1
        assert tx.deals.get("release").film_id == "b"


def merged(uow: UnitOfWorkFactory, *films: tuple[str, str | None, str]) -> None:
    """The second film into the first, or reference data into an agent's."""
    add_films(uow, *films)
    merges.propose_merges(uow, "film")
    actor = AGENT if all(owner for _, owner, _ in films) else ADMIN
    merges.accept_merge(uow, actor, only(uow, actor).proposal_id)


def test_a_file_that_names_a_merged_film_means_the_one_that_was_kept(uow: UnitOfWorkFactory) -> None:
    merged(uow, ("a", "agent", "The Salt Ferry"), ("b", "agent", "Salt Ferry"))
    uploads.run(uow, AGENT, ImportKind.FILMS, "film_id,title,year\nb,The Salt Ferry,2019\n")
    rights = "film_id,direction,territories,media_rights,starts_on\nb,held,FR,theatrical,2020-01-01\n"
    for _ in range(2):
        uploads.run(uow, AGENT, ImportKind.RIGHTS, rights)
    uploads.run(
        uow, AGENT, ImportKind.DEALS, "deal_id,film_id,distributor_id,release_date\nd,b,fr,2026-06-01\n"
    )
    with uow() as tx:
        assert tx.films.find(["a", "b"]).keys() == {"a"}
        assert tx.films.get("a").film.year == 2019
        assert len(tx.rights.of_film("a")) == 1
        assert tx.deals.get("d").film_id == "a"


def test_reference_data_that_became_an_agents_film_does_not_come_back(uow: UnitOfWorkFactory) -> None:
    merged(uow, ("a", None, "The Salt Ferry"), ("b", "agent", "Salt Ferry"))
    run = uploads.run(uow, ADMIN, ImportKind.FILMS, "film_id,title,year\na,The Salt Ferry,1990\n")
    assert (run.counts.unchanged, run.counts.refused) == (1, 0)
    with uow() as tx:
        assert tx.films.find(["a"]) == {}
        assert tx.films.get("b").film.year == 2025


def test_ids_of_films_merged_before_follow_the_last_merge(uow: UnitOfWorkFactory) -> None:
    add_films(uow, ("a", "agent", "One"), ("b", "agent", "Two"), ("c", "agent", "Three"))
    with uow() as tx:
        tx.merges.absorb_film("b", "c")
        tx.merges.absorb_film("a", "b")
        assert tx.merges.kept_films(["a", "b", "c"]) == {"b": "a", "c": "a"}
        tx.films.add(make.film("b", "agent"))
        assert tx.merges.kept_films(["b", "c"]) == {"c": "a"}


def test_a_merged_film_that_was_added_by_hand_again_is_proposed_again(uow: UnitOfWorkFactory) -> None:
    merged(uow, ("a", "agent", "The Salt Ferry"), ("b", "agent", "Salt Ferry"))
    assert merges.propose_merges(uow, "film") == 0
    add_films(uow, ("b", "agent", "Salt Ferry"))
    assert merges.propose_merges(uow, "film") == 1
    proposal = only(uow, AGENT)
    assert (proposal.state, proposal.decided_by) == (MergeState.PROPOSED, None)
    merges.accept_merge(uow, AGENT, proposal.proposal_id)


def test_line_ups_and_drafts_of_schedules_name_the_film_that_was_kept(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        for company_id, kind in (("alba", CompanyKind.SALES_AGENT), ("lumen", CompanyKind.DISTRIBUTOR)):
            tx.companies.add(make.company(company_id, kind))
        tx.companies.add(make.company("marche", CompanyKind.ORGANISER))
        tx.commit()
    key = organising.small_event(uow).event_id
    add_films(uow, ("a", "agent", "The Salt Ferry"), ("b", "agent", "Salt Ferry"))
    with uow() as tx:
        one, other = (tx.participants.get(key, name) for name in ("s1", "s2"))
        tx.participants.put(key, [replace(one, film_ids=("x", "b")), replace(other, film_ids=("b", "a"))])
        draft = Schedule("draft", key, 1, ScheduleState.DRAFT, "olga", make.NOON)
        tx.schedules.add(draft, [Meeting("s1", "b1", "a1", "t1", films=("b",))])
        tx.merges.absorb_film("a", "b")
        assert [tx.participants.get(key, name).film_ids for name in ("s1", "s2")] == [("x", "a"), ("a",)]
        assert [meeting.films for meeting in tx.schedules.meetings("draft")] == [("a",)]


def test_others_neither_see_nor_decide(uow: UnitOfWorkFactory) -> None:
    add_films(uow, ("a", "agent", "The Salt Ferry"), ("b", "agent", "Salt Ferry"))
    merges.propose_merges(uow, "film")
    proposal_id = only(uow, AGENT).proposal_id
    for other in (RIVAL, ADMIN):
        assert listed(uow, other) == []
        for act in (merges.get_merge, merges.accept_merge, merges.reject_merge):
            with pytest.raises(NotFound):
                act(uow, other, proposal_id)
    with pytest.raises(Forbidden):
        listed(uow, Actor("x", "x"))


def test_companies_of_nearly_one_name_are_proposed_to_administrators(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        tx.companies.add(make.company("one", name="Lanterne Bleue SARL", country="FR"))
        tx.companies.add(make.company("two", name="La Lanterne Bleue", aliases=("Lanterne Bleue",)))
        tx.companies.add(make.company("far", name="Lanterne Bleue", country="JP"))
        tx.distributors.add(make.profile("p1", "one", "FR"))
        tx.distributors.add(make.profile("p2", "two", "BE"))
        tx.commit()
    merges.propose_merges(uow, "company")
    found = {frozenset((one.kept_id, one.other_id)): one for one in listed(uow, ADMIN)}
    assert set(found) == {frozenset(("one", "two")), frozenset(("two", "far"))}
    merges.accept_merge(uow, ADMIN, found[frozenset(("one", "two"))].proposal_id)
    with uow() as tx:
        assert {profile.distributor_id for profile in tx.distributors.of_company("one")} == {"p1", "p2"}
        assert tx.companies.find(["two"]) == {}


def test_a_pair_of_which_one_is_gone_cannot_be_merged(uow: UnitOfWorkFactory) -> None:
    add_films(uow, ("a", "agent", "The Salt Ferry"), ("b", "agent", "Salt Ferry"))
    merges.propose_merges(uow, "film")
    proposal_id = only(uow, AGENT).proposal_id
    with uow() as tx:
        tx.films.delete("b")
        tx.commit()
    with pytest.raises(Conflict, match="gone"):
        merges.accept_merge(uow, AGENT, proposal_id)
