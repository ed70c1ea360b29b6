"""Rows of distributor profiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from recommender.market.domain import Distributor
from service.domain.catalogue import DistributorProfile
from service.phrases import phrase
from service.store.repositories.bulk import Upserted
from service.store.unit_of_work import UnitOfWork
from service.usecases.importing.companies_of import CompaniesOf
from service.usecases.importing.items import Item, Refusal, effect_of, ids
from service.usecases.importing.rows import Row

__all__ = ["DistributorRows"]

_OF_DISTRIBUTOR: Final = frozenset(Distributor.__dataclass_fields__)


class DistributorRows:
    """Profiles of one company, or of the companies they name where company_id is None."""

    def __init__(self, tx: UnitOfWork, company_id: str | None) -> None:
        self._tx = tx
        self._company_id = company_id
        self._companies = None if company_id else CompaniesOf(tx)
        self._stored: dict[str, DistributorProfile] = {}

    def ordered(self, rows: list[Row]) -> list[Row]:
        """As they come."""
        return rows

    def look_up(self, rows: Sequence[Row], *, alone: bool) -> None:
        """The profiles that are there already."""
        self._stored = self._tx.distributors.find(ids(rows, "distributor_id"), alone=alone)

    def item(self, row: Row) -> Item:
        """Columns that the file lacks stay as they are; the territory never changes."""
        distributor_id = row.values["distributor_id"]
        before = self._stored.get(distributor_id)
        if before is not None and self._company_id not in (None, before.company_id):
            raise Refusal("distributor_id", "another company's profile has this id", "Use an id of your own")
        distributor = before.distributor if before else self._new(row)
        inner = {name: value for name, value in row.values.items() if name in _OF_DISTRIBUTOR}
        outer = {name: value for name, value in row.values.items() if name not in _OF_DISTRIBUTOR}
        distributor = replace(distributor, **inner)
        if before is not None and distributor.territory != before.territory:
            raise Refusal(
                "territory",
                phrase("the profile works in {territory}", territory=before.territory),
                "Give the company's profile in the other territory an id of its own",
            )
        old = before or DistributorProfile(distributor, self._company_of(distributor))
        after = replace(old, distributor=distributor, **outer)
        if None not in (after.budget_min_usd, after.budget_max_usd) and (
            after.budget_min_usd > after.budget_max_usd  # type: ignore[operator]
        ):
            raise Refusal("budget_min_usd", "the smallest budget is above the largest", "Exchange the two")
        return Item(row.line, (distributor_id,), effect_of([before], [after]), (before,), (after,))

    def write(self, items: Sequence[Item]) -> Upserted:
        """Store these, and the companies that are new."""
        profiles = [profile for item in items for profile in item.after]
        if self._companies is not None:
            needed = {profile.company_id for profile in profiles}
            self._tx.companies.upsert_many(
                [company for company in self._companies.unsaved.values() if company.company_id in needed]
            )
        return self._tx.distributors.upsert_many(profiles)

    def _new(self, row: Row) -> Distributor:
        for name in ("name", "territory", "kind"):
            if not row.values.get(name):
                raise Refusal(
                    name,
                    phrase("a new distributor needs a {name}", name=name),
                    phrase("Add the column {name}", name=name),
                )
        return Distributor(
            row.values["distributor_id"], row.values["name"], row.values["territory"], row.values["kind"]
        )

    def _company_of(self, distributor: Distributor) -> str:
        if self._company_id is not None:
            return self._company_id
        assert self._companies is not None
        return self._companies.company_id(distributor.distributor_id, distributor.name, distributor.territory)
