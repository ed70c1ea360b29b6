"""Films and companies that may be the same: proposed by the service, decided by people, never merged silently.

Two films are proposed when one company owns both, when both are reference data, or when one of them is: then the
owned one is kept. Two agents' films never are, as neither may decide on the other's; nor may anybody know of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import replace
from itertools import islice
from typing import Final

from service.clock import now
from service.domain.accounts import Company
from service.domain.catalogue import FilmRecord
from service.domain.imports import MergeProposal
from service.domain.paging import Page, PageRequest
from service.domain.words import ImportKind, MergeState
from service.errors import Conflict, Invalid, NotFound
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import About, Action, may, require, sight
from service.store.ids import new_id
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.likeness import (
    Likeness,
    alike_companies,
    alike_films,
    company_keys,
    film_keys,
    pairs,
)
from service.usecases.merged_fields import merged_company, merged_film

__all__ = ["NOUNS", "accept_merge", "get_merge", "list_merges", "propose_merges", "reject_merge"]

NOUNS: Final = {ImportKind.FILMS: "film", ImportKind.DISTRIBUTORS: "company"}
"""Lists whose import may bring something twice."""

_MOST: Final = 5_000
"""Proposals made at once, the likeliest; more of them nobody would read."""

_PORTION: Final = 500


def propose_merges(uow: UnitOfWorkFactory, noun: str, new_ids: Set[str] | None = None) -> int:
    """Propose pairs of films or companies that are alike, of which one is among `new_ids` (None: any).

    Returns how many are new; a pair that was proposed before is not proposed again, unless it was merged and both
    are there once more.
    """
    with uow(statement_timeout_s=0) as tx:
        found = _alike_films(tx, new_ids) if noun == "film" else _alike_companies(tx, new_ids)
        likeliest = sorted(found, key=lambda proposal: -proposal.likeness)[:_MOST]
        parts = iter(likeliest)
        count = 0
        while part := list(islice(parts, _PORTION)):
            count += tx.merges.propose(part)
        tx.commit()
    return count


def list_merges(
    uow: UnitOfWorkFactory,
    actor: Actor,
    page: PageRequest,
    *,
    noun: str | None = None,
    state: MergeState | None = None,
) -> Page[MergeProposal]:
    """Those the actor may decide on, in the order they were proposed; a page may be shorter than asked for."""
    sight(actor, Action.READ, "merge")
    with uow() as tx:
        found = tx.merges.list(page, noun, state)
        abouts = _abouts(tx, found.items)
    seen = (one for one in found.items if may(actor, Action.READ, "merge", abouts[one.proposal_id]))
    return replace(found, items=tuple(seen))


def get_merge(uow: UnitOfWorkFactory, actor: Actor, proposal_id: str) -> MergeProposal:
    """Raises NotFound."""
    with uow() as tx:
        return _readable(tx, actor, Action.READ, proposal_id)


def accept_merge(
    uow: UnitOfWorkFactory, actor: Actor, proposal_id: str, kept_id: str | None = None
) -> MergeProposal:
    """Hand everything of the other to the one that is kept, and delete the other.

    The kept one's own fields stay as they are; those it lacks are the other's. kept_id: which of the two is kept,
    None for the one proposed. Raises Invalid for one that cannot be kept; Conflict when it was decided already, when
    one of the two is gone, when both have something that may be there once only, and when another company has rights
    in what would become an agent's film; RightsConflict when their rights contradict.
    """
    with uow(statement_timeout_s=0) as tx:
        proposal = _readable(tx, actor, Action.WRITE, proposal_id)
        tx.merges.decide(proposal_id, MergeState.MERGED, actor.actor_id, now())
        if kept_id not in (None, proposal.kept_id):
            proposal = _turned(tx, proposal, kept_id)
        _merge(tx, actor, proposal)
        tx.merges.forget(proposal.noun, proposal.other_id)
        decided = tx.merges.get(proposal_id)
        tx.commit()
    return decided


def reject_merge(uow: UnitOfWorkFactory, actor: Actor, proposal_id: str) -> MergeProposal:
    """They are different; the pair is never proposed again. Raises Conflict when it was decided already."""
    with uow() as tx:
        proposal = _readable(tx, actor, Action.WRITE, proposal_id)
        about = _abouts(tx, [proposal])[proposal_id]
        tx.merges.decide(proposal_id, MergeState.DIFFERENT, actor.actor_id, now())
        record(tx, actor, "merge.reject", "merge", proposal_id, company_id=about.company)
        decided = tx.merges.get(proposal_id)
        tx.commit()
    return decided


def _alike_films(tx: UnitOfWork, new_ids: Set[str] | None) -> Iterator[MergeProposal]:
    films = list(tx.films.stream())
    new = {place for place, one in enumerate(films) if new_ids is None or one.film_id in new_ids}
    for one, other in pairs(films, film_keys, new):
        if one.owner_id != other.owner_id and None not in (one.owner_id, other.owner_id):
            continue
        likeness = alike_films(one, other)
        if likeness is not None:
            kept, gone = (one, other) if one.owner_id == other.owner_id or one.owner_id else (other, one)
            yield _proposal("film", kept.film_id, gone.film_id, likeness)


def _alike_companies(tx: UnitOfWork, new_ids: Set[str] | None) -> Iterator[MergeProposal]:
    companies = list(tx.companies.stream())
    new = {place for place, one in enumerate(companies) if new_ids is None or one.company_id in new_ids}
    for one, other in pairs(companies, company_keys, new):
        likeness = alike_companies(one, other)
        if likeness is not None:
            yield _proposal("company", one.company_id, other.company_id, likeness)


def _proposal(noun: str, kept_id: str, other_id: str, likeness: Likeness) -> MergeProposal:
    return MergeProposal(
        proposal_id=new_id("merge"),
        noun=noun,
        kept_id=kept_id,
        other_id=other_id,
        likeness=likeness.share,
        evidence=likeness.evidence,
        at=now(),
    )


def _readable(tx: UnitOfWork, actor: Actor, action: Action, proposal_id: str) -> MergeProposal:
    proposal = tx.merges.get(proposal_id)
    require(actor, action, "merge", _abouts(tx, [proposal])[proposal_id], proposal_id)
    return proposal


def _abouts(tx: UnitOfWork, proposals: Iterable[MergeProposal]) -> dict[str, About]:
    """A company decides on two films of its own; where reference data or companies are merged, administrators do."""
    listed = list(proposals)
    ids = {
        one for proposal in listed for one in (proposal.kept_id, proposal.other_id) if proposal.noun == "film"
    }
    owners = tx.films.owners(ids)
    abouts = {}
    for proposal in listed:
        pair = [owners[one] for one in (proposal.kept_id, proposal.other_id) if one in owners]
        own = pair[0] if proposal.noun == "film" and pair and len(set(pair)) == 1 else None
        abouts[proposal.proposal_id] = About(company=own, is_open=own is None)
    return abouts


def _require_own(tx: UnitOfWork, film_id: str, owner_id: str | None) -> None:
    """What others hold or sold would be rights in a film that is not theirs, and told to its agent."""
    if owner_id is not None and tx.merges.sellers(film_id) - {owner_id}:
        raise Conflict(
            phrase("another company has rights or deals of the film {id}", id=film_id),
            "Ask it to remove them first, or say that the two are different",
        )


def _turned(tx: UnitOfWork, proposal: MergeProposal, kept_id: str | None) -> MergeProposal:
    """The proposal with the other one kept."""
    if kept_id != proposal.other_id:
        raise Invalid.field(
            "kept_id",
            phrase("{id!r} is none of the two", id=kept_id),
            phrase("Give {one} or {other}, or leave it out", one=proposal.kept_id, other=proposal.other_id),
        )
    owners = tx.films.owners([proposal.kept_id, proposal.other_id]) if proposal.noun == "film" else {}
    if len(set(owners.values())) > 1:
        raise Invalid.field(
            "kept_id",
            "reference data cannot be kept in the place of an agent's film",
            "Keep the agent's film, or say that the two are different",
        )
    tx.merges.turn(proposal.proposal_id)
    return replace(proposal, kept_id=proposal.other_id, other_id=proposal.kept_id)


def _merge(tx: UnitOfWork, actor: Actor, proposal: MergeProposal) -> None:
    noun, kept_id, other_id = proposal.noun, proposal.kept_id, proposal.other_id
    try:
        before, after, other, owner = (_films if noun == "film" else _companies)(tx, kept_id, other_id)
    except NotFound as error:
        raise Conflict(
            phrase("the {noun} {id} is gone", noun=phrase(noun), id=error.value),
            "Nothing is left to merge",
        ) from None
    absorbed = {"before": {"absorbed": None}, "after": {"absorbed": other_id}}
    record(tx, actor, f"{noun}.merge", noun, kept_id, company_id=owner, **absorbed)
    if after != before:
        record(tx, actor, f"{noun}.update", noun, kept_id, company_id=owner, before=before, after=after)
    record(tx, actor, f"{noun}.delete", noun, other_id, company_id=owner, before=other)


def _films(
    tx: UnitOfWork, kept_id: str, other_id: str
) -> tuple[FilmRecord, FilmRecord, FilmRecord, str | None]:
    """The kept film before and after, the other, and whose they are."""
    kept, other = tx.films.get(kept_id), tx.films.get(other_id)
    _require_own(tx, other_id, kept.owner_id)
    tx.merges.absorb_film(kept_id, other_id)
    after = merged_film(kept, other)
    return kept, tx.films.update(after) if after != kept else kept, other, kept.owner_id


def _companies(tx: UnitOfWork, kept_id: str, other_id: str) -> tuple[Company, Company, Company, None]:
    """The kept company before and after, and the other."""
    kept, other = tx.companies.get(kept_id), tx.companies.get(other_id)
    tx.companies.absorb(kept_id, other_id)
    after = merged_company(kept, other)
    return kept, tx.companies.update(after) if after != kept else kept, other, None
