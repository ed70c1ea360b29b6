"""Bundles and which one is in force."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update

from service.domain.bundles import BundleRecord, CurrentBundle, Promotion
from service.domain.paging import FIRST, Page, PageRequest
from service.domain.words import BundleState, PromotionKind
from service.errors import Conflict, NotFound
from service.phrases import phrase
from service.store.repositories.base import Repository, pk_of
from service.store.tables.work import BUNDLES, CURRENT_BUNDLE, PROMOTIONS

__all__ = ["CHANNEL", "Bundles"]

CHANNEL: Final = "reelmatch_bundle"
"""PostgreSQL's NOTIFY channel; its payload is the new counter."""

_EARLIER = BUNDLES.alias("earlier")
_PROMOTIONS = select(
    PROMOTIONS, BUNDLES.c.version, _EARLIER.c.version.label("previous"), PROMOTIONS.c.id.label("position")
).select_from(
    PROMOTIONS.join(BUNDLES, PROMOTIONS.c.bundle_pk == BUNDLES.c.id).outerjoin(
        _EARLIER, PROMOTIONS.c.previous_pk == _EARLIER.c.id
    )
)


class Bundles(Repository):
    """tx.bundles."""

    def add(self, bundle: BundleRecord) -> BundleRecord:
        """Record a bundle that lies in the bundle store; Conflict when the version is known."""
        values = {
            "version": bundle.version,
            "manifest": bundle.manifest,
            "figures": bundle.figures,
            "revision": bundle.revision,
            "state": bundle.state.value,
            "comparison": bundle.comparison,
        }
        self._insert(BUNDLES, values)
        return self.get(bundle.version)

    def get(self, version: str) -> BundleRecord:
        """Raises NotFound."""
        found = self.find(version)
        if found is None:
            raise NotFound("bundle", version)
        return found

    def find(self, version: str) -> BundleRecord | None:
        """None where it is not recorded."""
        row = self._first(select(BUNDLES).where(BUNDLES.c.version == version))
        return None if row is None else _bundle(row)

    def list(self, page: PageRequest = FIRST) -> Page[BundleRecord]:
        """The latest first."""
        query = select(BUNDLES, BUNDLES.c.id.label("position"))
        return self._page(query, BUNDLES.c.id, page, _bundle, newest_first=True)

    def set_state(self, version: str, state: BundleState, comparison: dict[str, Any] | None = None) -> None:
        """Write the state, and the comparison unless None; raises NotFound."""
        values: dict[str, Any] = {"state": state.value}
        if comparison is not None:
            values["comparison"] = comparison
        if not self._connection.execute(
            update(BUNDLES).where(BUNDLES.c.version == version).values(values)
        ).rowcount:
            raise NotFound("bundle", version)

    def current(self) -> CurrentBundle:
        """What is in force."""
        query = select(BUNDLES.c.version, CURRENT_BUNDLE.c.counter, CURRENT_BUNDLE.c.changed_at).select_from(
            CURRENT_BUNDLE.outerjoin(BUNDLES, CURRENT_BUNDLE.c.bundle_pk == BUNDLES.c.id)
        )
        return CurrentBundle(*self._connection.execute(query).one())

    def promote(
        self,
        version: str,
        expected_counter: int,
        by: str,
        at: datetime,
        kind: PromotionKind = PromotionKind.PROMOTE,
        reason: str = "",
    ) -> CurrentBundle:
        """Put a bundle in force, if nobody has done so since `expected_counter` was read.

        Raises NotFound, and Conflict when somebody was faster or the bundle may not be promoted.
        """
        if self.get(version).state is not BundleState.READY:
            raise Conflict(
                phrase("the bundle {version!r} is {state}", version=version, state=self.get(version).state),
                "Choose one that is ready; one that was refused is judged anew by a training",
            )
        before = select(CURRENT_BUNDLE.c.bundle_pk, CURRENT_BUNDLE.c.counter).with_for_update()
        previous_pk, counter = self._connection.execute(before).one()
        if counter != expected_counter:
            raise Conflict(
                "another bundle was put in force meanwhile", "Look at what is in force, and decide again"
            )
        bundle_pk = self._pk(BUNDLES.c.version, version, "version")
        now_in_force = {"bundle_pk": bundle_pk, "counter": counter + 1, "changed_at": at}
        self._connection.execute(update(CURRENT_BUNDLE).values(now_in_force))
        self._connection.execute(update(BUNDLES).where(BUNDLES.c.id == bundle_pk).values(promoted_at=at))
        entry = {
            "counter": counter + 1,
            "kind": kind.value,
            "bundle_pk": bundle_pk,
            "previous_pk": previous_pk,
        }
        self._insert(PROMOTIONS, {**entry, "by": by, "reason": reason, "at": at})
        return self.current()

    def promotions(self, page: PageRequest = FIRST) -> Page[Promotion]:
        """The latest first."""
        return self._page(_PROMOTIONS, PROMOTIONS.c.id, page, _promotion, newest_first=True)

    def previous(self) -> str | None:
        """What was in force before the current bundle was promoted; None where nothing was.

        After rolling back from C to B it is what B had replaced, so that rolling back twice goes on to A.
        """
        version = self.current().version
        if version is None:
            return None
        promoted = _PROMOTIONS.where(
            PROMOTIONS.c.bundle_pk == pk_of(BUNDLES.c.version, version),
            PROMOTIONS.c.kind == PromotionKind.PROMOTE.value,
        )
        row = self._first(promoted.order_by(PROMOTIONS.c.id.desc()).limit(1))
        return None if row is None else row.previous


def _bundle(row: Any) -> BundleRecord:
    return BundleRecord(
        version=row.version,
        manifest=row.manifest,
        figures=row.figures,
        revision=row.revision,
        state=BundleState(row.state),
        comparison=row.comparison,
        created_at=row.created_at,
        promoted_at=row.promoted_at,
    )


def _promotion(row: Any) -> Promotion:
    return Promotion(
        counter=row.counter,
        kind=PromotionKind(row.kind),
        version=row.version,
        previous=row.previous,
        by=row.by,
        at=row.at,
        reason=row.reason,
    )
