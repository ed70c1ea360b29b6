"""The audit trail: who changed what, and who may read it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any, Final

from service.clock import now
from service.domain.audit import AuditEvent
from service.domain.paging import Page, PageRequest
from service.errors import NotFound
from service.logs import request_id
from service.security.actor import Actor
from service.security.permissions import RULES, Action, sight
from service.store.repositories.audit import AuditFilter
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

__all__ = ["difference", "list_events", "record"]

_NEVER: Final = frozenset(
    {"password_hash", "key_hash", "token_hash", "content", "version", "created_at", "updated_at"}
)
"""Fields that no trail keeps: secrets, files, and what changes with every write."""


def record(
    tx: UnitOfWork,
    actor: Actor,
    action: str,
    noun: str,
    object_id: str,
    *,
    company_id: str | None = None,
    before: object = None,
    after: object = None,
) -> None:
    """Note in the same transaction that `actor` did this.

    noun: the kind of object as the table of permissions names it. before, after: frozen dataclasses or mappings,
    None where the object was not there; what differs is kept.
    """
    event = AuditEvent(
        at=now(),
        actor=actor.actor_id,
        company_id=company_id,
        action=action,
        noun=noun,
        object_id=object_id,
        diff=difference(before, after),
        request_id=request_id(),
    )
    tx.audit.add(event)


def difference(before: object, after: object) -> dict[str, list[Any]]:
    """Field -> [before, after] where they differ, as JSON; an inner field is named as in film.title."""
    if type(before) is type(after) and dataclasses.is_dataclass(before):
        # An import compares thousands, of which little differs.
        names = [field.name for field in dataclasses.fields(before)]
        same = frozenset(name for name in names if getattr(before, name) == getattr(after, name))
    else:
        same = frozenset()
    old, new = _fields(before, same), _fields(after, same)
    names = [*old, *(name for name in new if name not in old)]
    return {name: [old.get(name), new.get(name)] for name in names if old.get(name) != new.get(name)}


def list_events(
    uow: UnitOfWorkFactory, actor: Actor, page: PageRequest, where: AuditFilter
) -> Page[AuditEvent]:
    """The latest first; of one company, or of all for an administrator.

    What administrators may not read of a company's objects is not in the differences they see either.
    """
    seen = sight(actor, Action.READ, "audit")
    if not seen.everything:
        if not where.company_id and len(seen.companies) == 1:
            where = dataclasses.replace(where, company_id=next(iter(seen.companies)))
        if where.company_id not in seen.companies:
            raise NotFound("company", where.company_id, "Name a company that you own")
    with uow() as tx:
        events = tx.audit.list(page, where)
    return dataclasses.replace(events, items=tuple(_shown(event, actor) for event in events.items))


def _shown(event: AuditEvent, actor: Actor) -> AuditEvent:
    if actor.is_system or event.company_id in actor.companies():
        return event
    rule = RULES.get((event.noun, Action.READ))
    open_to_all = rule is not None and {"administrator", "everyone"} & {
        standing.name for standing in rule.standings
    }
    return event if open_to_all else dataclasses.replace(event, diff={})


def _fields(value: object, left_out: frozenset[str] = frozenset()) -> dict[str, Any]:
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return {str(name): _json(inner) for name, inner in value.items() if name not in _NEVER}
    assert dataclasses.is_dataclass(value), f"{type(value)} has no fields to compare"
    fields: dict[str, Any] = {}
    for field in dataclasses.fields(value):
        if field.name in _NEVER or field.name in left_out:
            continue
        inner = getattr(value, field.name)
        if dataclasses.is_dataclass(inner):
            fields |= {f"{field.name}.{name}": part for name, part in _fields(inner).items()}
        else:
            fields[field.name] = _json(inner)
    return fields


def _json(value: object) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str | Decimal):
        return str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(map(_json, value))
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    if isinstance(value, Mapping) or dataclasses.is_dataclass(value):
        return _fields(value)
    raise TypeError(f"{type(value)} has no place in the audit trail")
