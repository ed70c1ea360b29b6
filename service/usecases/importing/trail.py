"""What an import wrote, object by object, in the audit trail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from service.clock import now
from service.domain.audit import AuditEvent
from service.domain.deals import DealTerms
from service.domain.imports import ImportRun
from service.domain.rights import RightsGrant
from service.domain.words import ImportKind
from service.logs import request_id
from service.store.unit_of_work import UnitOfWork
from service.usecases.audit import difference
from service.usecases.importing.items import Item

__all__ = ["record_items"]

_PORTION: Final = 2_000

_NOUNS: Final = {
    ImportKind.FILMS: "film",
    ImportKind.DISTRIBUTORS: "distributor",
    ImportKind.DEALS: "deal",
    ImportKind.RIGHTS: "rights",
}


def record_items(tx: UnitOfWork, run: ImportRun, items: Sequence[Item]) -> None:
    """Note each object that was added or changed, as if somebody had typed it in; many at once."""
    for start in range(0, len(items), _PORTION):
        tx.audit.add_many([event for item in items[start : start + _PORTION] for event in _events(run, item)])


def _events(run: ImportRun, item: Item) -> Iterator[AuditEvent]:
    noun = _NOUNS[run.kind]
    # The terms of a deal follow the deal.
    ids = [*item.ids, *item.ids[:1]]
    for object_id, before, after in zip(ids, item.before, item.after, strict=False):
        if before == after:
            continue
        is_terms = isinstance(after, DealTerms)
        kind = "rights" if isinstance(after, RightsGrant) else noun
        action = "deal.terms" if is_terms else f"{kind}.{'create' if before is None else 'update'}"
        yield AuditEvent(
            at=now(),
            actor=run.requested_by,
            company_id=run.company_id,
            action=action,
            noun="deal_terms" if is_terms else kind,
            object_id=object_id,
            # What is new is in the file as well, which the import names.
            diff={} if before is None and not is_terms else difference(before, after),
            request_id=request_id(),
        )
