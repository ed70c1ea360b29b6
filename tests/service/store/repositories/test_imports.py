from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from service.domain.imports import ImportCounts, ImportFile, ImportProblem, ImportRun, MergeProposal
from service.domain.paging import PageRequest
from service.domain.words import ImportKind, ImportState, MergeState
from service.errors import Conflict, Invalid, NotFound
from service.phrases import Phrase, phrase
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.service import make

CONTENT = b"film_id,title\nf1,\xc3\x89t\xc3\xa9\n"
FILE = ImportFile(
    "file", "films.csv", sha256(CONTENT).digest(), len(CONTENT), "agent", "ann", make.NOON, CONTENT
)
RUN = ImportRun(
    run_id="run",
    file_id="file",
    kind=ImportKind.FILMS,
    dry_run=True,
    state=ImportState.QUEUED,
    mapping={"Titel": "title"},
    company_id="agent",
    requested_by="ann",
    at=make.NOON,
)
PROPOSAL = MergeProposal(
    "p1", "film", "f1", "f2", 0.9375, {"title": [1, "The Fox", "Fox, The"]}, at=make.NOON
)


@pytest.fixture
def tx(uow: UnitOfWorkFactory) -> Any:
    with uow() as tx:
        tx.companies.add(make.company("agent"))
        tx.imports.add_file(FILE)
        yield tx


def _problem(row: int) -> ImportProblem:
    return ImportProblem(row, "year", "Été\t\\N", "not a number", "Write 1990", refused=row != 4)


def test_a_file_comes_back_byte_for_byte_and_its_description_without_reading_it(tx: UnitOfWork) -> None:
    assert tx.imports.file("file", content=True) == FILE
    assert tx.imports.file("file") == replace(FILE, content=None)
    with pytest.raises(NotFound):
        tx.imports.file("nothing")


def test_a_file_is_as_long_as_it_says(tx: UnitOfWork) -> None:
    with pytest.raises(Invalid):
        tx.imports.add_file(replace(FILE, file_id="other", size_bytes=1))


def test_a_run_comes_back_with_its_progress(tx: UnitOfWork) -> None:
    assert tx.imports.add_run(RUN) == RUN
    later = replace(
        RUN,
        state=ImportState.CHECKED,
        counts=ImportCounts(10, 4, 3, 2, 1),
        done=10,
        message="done",
        finished_at=make.NOON,
    )
    tx.imports.update_run(later)
    assert tx.imports.run("run") == later
    with pytest.raises(Invalid, match="file_id"):
        tx.imports.add_run(replace(RUN, run_id="other", file_id="nothing"))


def test_runs_are_listed_the_latest_first(tx: UnitOfWork) -> None:
    tx.imports.add_run(RUN)
    tx.imports.add_run(replace(RUN, run_id="applied", dry_run=False, company_id=None))
    assert [run.run_id for run in tx.imports.runs().items] == ["applied", "run"]
    assert [run.run_id for run in tx.imports.runs(company_id="agent").items] == ["run"]
    assert len(tx.imports.runs(file_id="file").items) == 2


def test_problems_come_back_in_order_in_pages_and_the_refusals_at_once(tx: UnitOfWork) -> None:
    tx.imports.add_run(RUN)
    problems = [_problem(row) for row in range(2, 7)]
    tx.imports.add_problems("run", problems)
    tx.imports.add_problems("run", [])
    first = tx.imports.problems("run", PageRequest(size=3))
    rest = tx.imports.problems("run", PageRequest(size=3, after=first.next_after))
    assert [*first.items, *rest.items] == problems
    assert list(tx.imports.refusals("run")) == [problem for problem in problems if problem.refused]
    tx.imports.forget_problems("run")
    assert tx.imports.problems("run").items == ()


def test_what_runs_and_problems_say_keeps_what_it_is_made_of(tx: UnitOfWork) -> None:
    said = phrase("there is no film {id!r}", id="x")
    tx.imports.add_run(replace(RUN, message=said))
    tx.imports.add_problems("run", [replace(_problem(2), remedy=said)])
    (problem,) = tx.imports.problems("run").items
    assert tx.imports.run("run").message == problem.remedy == said
    assert isinstance(tx.imports.run("run").message, Phrase)
    assert (isinstance(problem.remedy, Phrase), isinstance(problem.message, Phrase)) == (True, False)


def test_old_files_go_with_everything_about_them(tx: UnitOfWork) -> None:
    tx.imports.add_run(RUN)
    tx.imports.add_problems("run", [_problem(2)])
    assert tx.imports.forget_before(make.NOON) == 0
    assert tx.imports.forget_before(make.NOON + timedelta(seconds=1)) == 1
    with pytest.raises(NotFound):
        tx.imports.run("run")


def test_a_pair_is_proposed_once_either_way_round(tx: UnitOfWork) -> None:
    turned = replace(PROPOSAL, proposal_id="p2", kept_id="f2", other_id="f1")
    companies = replace(PROPOSAL, proposal_id="p3", noun="company")
    assert tx.merges.propose([PROPOSAL]) == 1
    assert tx.merges.propose([turned, companies]) == 1
    assert tx.merges.propose([]) == 0
    assert tx.merges.get("p1") == PROPOSAL
    assert [proposal.proposal_id for proposal in tx.merges.list().items] == ["p1", "p3"]
    assert [proposal.proposal_id for proposal in tx.merges.list(noun="company").items] == ["p3"]


def test_a_proposal_is_decided_once(tx: UnitOfWork) -> None:
    tx.merges.propose([PROPOSAL])
    tx.merges.decide("p1", MergeState.DIFFERENT, "ann", make.NOON)
    decided = tx.merges.get("p1")
    assert (decided.state, decided.decided_by, decided.decided_at) == (MergeState.DIFFERENT, "ann", make.NOON)
    with pytest.raises(Conflict, match="decided already: different"):
        tx.merges.decide("p1", MergeState.MERGED, "bob", make.NOON)
    with pytest.raises(NotFound):
        tx.merges.decide("nothing", MergeState.MERGED, "bob", make.NOON)
    assert tx.merges.list(state=MergeState.PROPOSED).items == ()


def test_open_proposals_about_what_is_gone_go_too(tx: UnitOfWork) -> None:
    tx.merges.propose([PROPOSAL, replace(PROPOSAL, proposal_id="p2", kept_id="f3")])
    tx.merges.decide("p1", MergeState.MERGED, "ann", make.NOON)
    tx.merges.forget("film", "f2")
    assert [proposal.proposal_id for proposal in tx.merges.list().items] == ["p1"]


def test_nothing_is_merged_with_itself(tx: UnitOfWork) -> None:
    with pytest.raises(Invalid, match="both are the same"):
        tx.merges.propose([replace(PROPOSAL, other_id="f1")])
