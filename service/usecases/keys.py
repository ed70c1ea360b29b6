"""API keys: who makes them, lists them, revokes them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from service.clock import now
from service.domain.accounts import ApiKey as KeyRecord
from service.domain.paging import Page, PageRequest
from service.domain.words import Scope
from service.errors import Invalid
from service.security.actor import Actor
from service.security.identity import ApiKey, new_api_key
from service.security.permissions import About, Action, require, require_allowed
from service.store.ids import new_id
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from service.usecases.audit import record

__all__ = ["NewKey", "list_keys", "make_key", "person_behind", "revoke_key", "revoke_made_by"]


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key as it is stored, and the key itself, which cannot be shown again."""

    record: KeyRecord
    key: ApiKey


def make_key(
    uow: UnitOfWorkFactory,
    actor: Actor,
    *,
    name: str,
    company_id: str | None,
    scopes: Collection[Scope],
    expires_at: datetime | None = None,
) -> NewKey:
    """A key that acts for a company, or an administrator's key where company_id is None.

    Raises Invalid for the scope admin on a company's key, and for a day that is over.
    """
    require_allowed(actor, Action.WRITE, _kind(company_id), About(company=company_id))
    if company_id is not None and Scope.ADMIN in scopes:
        raise Invalid.field("scopes", "a company's key cannot administrate", "Leave out admin")
    if expires_at is not None and expires_at <= now():
        raise Invalid.field("expires_at", "this is over", "Give a time to come, or none")
    key = new_api_key()
    with uow() as tx:
        fresh = KeyRecord(
            key_id=new_id("key"),
            prefix=key.prefix,
            key_hash=key.kept,
            name=name,
            company_id=company_id,
            scopes=frozenset(scopes),
            created_by=person_behind(tx, actor),
            expires_at=expires_at,
        )
        stored = tx.api_keys.add(fresh)
        record(tx, actor, "api_key.create", "api_key", stored.key_id, company_id=company_id, after=stored)
        tx.commit()
    return NewKey(stored, key)


def list_keys(
    uow: UnitOfWorkFactory, actor: Actor, company_id: str | None, page: PageRequest
) -> Page[KeyRecord]:
    """The keys of a company; without one all keys, for administrators."""
    require_allowed(actor, Action.READ, _kind(company_id), About(company=company_id))
    with uow() as tx:
        return tx.api_keys.list(page, company_id=company_id)


def revoke_made_by(tx: UnitOfWork, actor: Actor, user_id: str, company_id: str | None) -> None:
    """Void a person's keys of a company, or of an administrator: who made a key has seen it."""
    for key_id in tx.api_keys.revoke_made_by(user_id, company_id, now()):
        record(tx, actor, "api_key.revoke", "api_key", key_id, company_id=company_id)


def revoke_key(uow: UnitOfWorkFactory, actor: Actor, key_id: str) -> None:
    """Void a key for ever; a second time changes nothing."""
    with uow() as tx:
        key = tx.api_keys.get(key_id)
        require(actor, Action.DELETE, _kind(key.company_id), About(company=key.company_id), key_id)
        tx.api_keys.revoke(key_id, now())
        record(tx, actor, "api_key.revoke", "api_key", key_id, company_id=key.company_id)
        tx.commit()


def person_behind(tx: UnitOfWork, actor: Actor) -> str | None:
    """The person behind it: a key that was made with a key ends with the same person."""
    return tx.api_keys.get(actor.actor_id).created_by if actor.scopes is not None else actor.user_id


def _kind(company_id: str | None) -> str:
    return "admin_key" if company_id is None else "api_key"
