"""A person's data: everything there is, and its deletion."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from service.clock import now
from service.domain.paging import PageRequest, every
from service.errors import Conflict, NotFound
from service.phrases import phrase
from service.security.actor import Actor
from service.security.permissions import About, Action, require
from service.store.repositories.audit import AuditFilter
from service.store.repositories.feedback import FeedbackFilter
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record
from service.usecases.people import require_another_administrator

__all__ = ["delete_person", "export_person"]

_SECRETS: Final = ("password_hash", "key_hash", "token_hash")


def export_person(uow: UnitOfWorkFactory, actor: Actor, user_id: str) -> dict[str, Any]:
    """Everything that is stored about a person, by kind; for the person and for administrators.

    Secrets are left out: they prove who somebody is and say nothing about them. Feedback and notes belong to the
    person's company too, so an administrator's export names that they are there and not what they say.
    """
    require(actor, Action.READ, "user", About(person=user_id), user_id)
    with uow() as tx:
        user = tx.accounts.user(user_id)
        if user.deleted_at is not None:
            raise NotFound("user", user_id)
        return {
            "exported_at": now(),
            "user": _plain(user),
            "memberships": [_plain(one) for one in tx.accounts.memberships_of(user_id)],
            "invitations": [_plain(one) for one in tx.invitations.naming(user_id)],
            "sessions": [_plain(one) for one in tx.sessions.of_user(user_id)],
            "api_keys": [
                _plain(one) for one in every(lambda page: tx.api_keys.list(page, created_by=user_id))
            ],
            "feedback": _feedback(tx, actor, user_id),
            "match_runs": [
                {"run_id": run.run_id, "kind": run.kind, "at": run.at}
                for run in every(lambda page: tx.match_runs.list(page, actor=user_id))
            ],
            "audit": [
                {"at": event.at, "action": event.action, "noun": event.noun, "object_id": event.object_id}
                for event in every(lambda page: tx.audit.list(page, AuditFilter(actor=user_id)))
            ],
            **tx.traces.of_user(user_id, texts=actor.user_id == user_id),
        }


def delete_person(uow: UnitOfWorkFactory, actor: Actor, user_id: str, expected: int | None = None) -> None:
    """Delete a person's data for ever; expected: the version that was read.

    Name, address, password, memberships, sessions, looks and kept answers go, keys are revoked. What the person did
    for a company stays with the company under the id alone, which names nobody any more; so does the audit trail.
    Raises Conflict for the last owner of a company, for an administrator who deletes themselves, and for the last.
    """
    require(actor, Action.DELETE, "user", About(person=user_id), user_id)
    with uow() as tx:
        administrators = tx.accounts.administrators()
        user = tx.accounts.user(user_id, alone=True)
        if user.deleted_at is not None:
            raise NotFound("user", user_id)
        if user.is_administrator:
            if actor.user_id == user_id:
                raise Conflict("you are an administrator", "Let another administrator delete your account")
            require_another_administrator(actor, user_id, administrators)
        _require_nothing_orphaned(tx, actor, user_id)
        tx.accounts.erase_user(user_id, now(), expected)
        tx.audit.scrub("user", user_id)
        tx.traces.forget_answers(user_id)
        record(tx, actor, "user.delete", "user", user_id)
        tx.commit()


def _require_nothing_orphaned(tx: UnitOfWork, actor: Actor, user_id: str) -> None:
    if actor.user_id != user_id:
        return
    for own in tx.accounts.memberships_of(user_id):
        is_alone = len(tx.accounts.members_of(own.company_id, PageRequest(size=2)).items) == 1
        if not is_alone and tx.accounts.owners_of(own.company_id) == {user_id}:
            raise Conflict(
                phrase("you are the last owner of {company}", company=own.company_id),
                "Make somebody else an owner first",
            )


def _feedback(tx: UnitOfWork, actor: Actor, user_id: str) -> Any:
    events = [
        _plain(one) for one in every(lambda page: tx.feedback.list(page, FeedbackFilter(user_id=user_id)))
    ]
    return events if actor.user_id == user_id else {"events": len(events)}


def _plain(value: Any) -> dict[str, Any]:
    return {name: inner for name, inner in asdict(value).items() if name not in _SECRETS}
