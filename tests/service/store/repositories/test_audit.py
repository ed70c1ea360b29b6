from __future__ import annotations

from dataclasses import replace

from service.domain.audit import AuditEvent
from service.domain.paging import PageRequest
from service.store.repositories.audit import AuditFilter
from service.store.unit_of_work import UnitOfWorkFactory
from tests.service import make

EVENT = AuditEvent(
    make.NOON,
    "ann",
    "agent",
    "update",
    "film",
    "f1",
    {"title": ["Old", "New"], "year": [None, 2026]},
    "req-1",
)


def test_events_come_back_the_latest_first_and_by_what_they_are_about(uow: UnitOfWorkFactory) -> None:
    person = replace(
        EVENT, noun="user", object_id="bob", actor="root", company_id=None, diff={"name": ["Bob", "Rob"]}
    )
    with uow() as tx:
        tx.companies.add(make.company("agent"))
        tx.audit.add(EVENT)
        tx.audit.add(person)
        assert tx.audit.list().items == (person, EVENT)
        assert tx.audit.list(
            PageRequest(size=1, after=tx.audit.list(PageRequest(size=1)).next_after)
        ).items == (EVENT,)
        assert tx.audit.list(where=AuditFilter(company_id="agent", actor="ann")).items == (EVENT,)
        assert tx.audit.list(where=AuditFilter(noun="user", object_id="bob")).items == (person,)
        assert tx.audit.list(where=AuditFilter(noun="film", object_id="bob")).items == ()


def test_a_deleted_person_is_scrubbed_from_the_differences_but_not_from_what_happened(
    uow: UnitOfWorkFactory,
) -> None:
    with uow() as tx:
        tx.audit.add(replace(EVENT, noun="user", object_id="bob", company_id=None))
        assert tx.audit.scrub("user", "bob") == 1
        (left,) = tx.audit.list().items
    assert (left.diff, left.action, left.actor) == ({}, "update", "ann")
