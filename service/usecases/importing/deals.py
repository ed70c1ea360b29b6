"""Rows of deals, with their terms and outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from service.domain.catalogue import DistributorProfile
from service.domain.deals import DealRecord, DealTerms
from service.domain.rights import RightsGrant
from service.domain.words import CompanyKind, MediaRight
from service.phrases import phrase
from service.store.repositories.bulk import Upserted
from service.store.repositories.films import Visibility
from service.store.unit_of_work import UnitOfWork
from service.usecases.deal_sales import moved_with, sells_alike
from service.usecases.importing.items import Item, Refusal, effect_of, ids, money, unknown, window
from service.usecases.importing.named_films import NamedFilms
from service.usecases.importing.rows import Row

__all__ = ["TERMS", "DealRows"]

TERMS: Final = frozenset(
    ("guarantee", "guarantee_currency", "commission", "expenses_cap", "expenses_cap_currency", "terms_note")
)
"""Columns that only the two parties may see."""

_PLAIN: Final = ("sales_agent", "release_date", "signed_on", "admissions", "screens", "source")


class DealRows:
    """Deals that one company sold or bought, or reference data where company_id is None.

    A company's deals are private until the file says otherwise, reference data is public.
    """

    def __init__(self, tx: UnitOfWork, company_id: str | None) -> None:
        self._tx = tx
        self._company = tx.companies.get(company_id) if company_id else None
        self._stored: dict[str, DealRecord] = {}
        self._terms: dict[str, DealTerms] = {}
        self._recorded: dict[str, tuple[RightsGrant, ...]] = {}
        self._profiles: dict[str, DistributorProfile] = {}
        self._owners: dict[str, str | None] = {}
        self._films = NamedFilms()
        self._may_see: dict[str, bool] = {}

    def ordered(self, rows: list[Row]) -> list[Row]:
        """As they come."""
        return rows

    def look_up(self, rows: Sequence[Row], *, alone: bool) -> None:
        """The deals that are there with what is recorded of them, and the films and distributors that are named."""
        self._stored = self._tx.deals.find(ids(rows, "deal_id"), alone=alone)
        self._recorded = self._tx.rights.of_deals(self._stored, alone=alone)
        if self._company is not None:
            self._terms = self._tx.deals.terms_of(self._stored)
        named = {deal.distributor_id for deal in self._stored.values()}
        self._profiles = self._tx.distributors.find({*ids(rows, "distributor_id"), *named})
        self._films = NamedFilms.of(self._tx, rows)
        self._owners = self._tx.films.owners(self._films.all_ids)

    def item(self, row: Row) -> Item:
        """Columns that the file lacks stay as they are; what is recorded as sold moves with the licence period."""
        deal_id = row.values["deal_id"]
        before = self._stored.get(deal_id)
        if before is not None and not self._is_party(before):
            raise Refusal("deal_id", "somebody else's deal has this id", "Use an id of your own")
        profile = self._profile(row, before)
        film_id = self._film_id(row, before, profile)
        old = before or self._new(deal_id, film_id, profile)
        after = replace(
            old,
            film_id=film_id,
            distributor_id=profile.distributor_id,
            territory=profile.territory,
            gross=money(row, "gross", "currency", old.gross),
            window=window(row, old.window),
            **self._flags(row, old),
            **{name: row.values[name] for name in _PLAIN if name in row.values},
        )
        if after.release_date is None and after.signed_on is None:
            raise Refusal(
                "release_date", "the deal has no date", "Give the day it was signed or the release date"
            )
        if before is not None:
            self._require_seller(before, after)
        old_terms, new_terms = self._terms.get(deal_id), self._new_terms(row, deal_id)
        effect = effect_of([before, before and old_terms], [after, new_terms])
        sold, moved = moved_with(before, after, self._recorded.get(deal_id, ())) if before else ((), ())
        ids = (deal_id, *(grant.grant_id for grant in moved))
        return Item(row.line, ids, effect, (before, *sold, old_terms), (after, *moved, new_terms))

    def write(self, items: Sequence[Item]) -> Upserted:
        """Store these with their terms, and what moves with them."""
        terms = {item.ids[0]: item.after[-1] for item in items if item.after[-1] is not None}
        counts = self._tx.deals.upsert_many([item.after[0] for item in items], terms)
        self._tx.rights.upsert_many([grant for item in items for grant in item.after[1:-1]])
        return counts

    def _new(self, deal_id: str, film_id: str, profile: DistributorProfile) -> DealRecord:
        public = self._company is None
        return DealRecord(
            deal_id,
            film_id,
            profile.distributor_id,
            profile.territory,
            agent_id=self._agent_id(profile),
            is_public=public,
            outcome_public=public,
        )

    def _agent_id(self, profile: DistributorProfile) -> str | None:
        """The importing company sells, unless the distributor is its own."""
        if self._company is None or profile.company_id == self._company.company_id:
            return None
        return self._company.company_id

    def _is_party(self, deal: DealRecord) -> bool:
        if self._company is None:
            return deal.agent_id is None and deal.is_public
        buyer = self._profiles[deal.distributor_id].company_id
        return self._company.company_id in (deal.agent_id, buyer)

    def _require_seller(self, before: DealRecord, after: DealRecord) -> None:
        """What an agent's deal sells would change the agent's rights."""
        own = before.agent_id in (None, self._company.company_id if self._company else None)
        if not own and not sells_alike(before, after):
            raise Refusal(
                "" if before.window == after.window else "ends_on",
                "only the sales agent changes what its deal sells",
                "Ask it to change licence period and media rights",
            )

    def _profile(self, row: Row, before: DealRecord | None) -> DistributorProfile:
        named = row.values.get("distributor_id") or ""
        distributor_id = _same("distributor_id", named, before.distributor_id if before else "")
        profile = self._profiles.get(distributor_id)
        if profile is None:
            raise unknown("distributor_id", "distributor", distributor_id)
        sells = self._company is None or CompanyKind.SALES_AGENT in self._company.kinds
        if not sells and self._company and profile.company_id != self._company.company_id:
            raise Refusal("distributor_id", "this is another company's profile", "Name one of your own")
        if row.values.get("territory", profile.territory) != profile.territory:
            raise Refusal(
                "territory",
                phrase("the distributor works in {territory}", territory=profile.territory),
                "Correct the territory, or name the company's distributor in that territory",
            )
        return profile

    def _film_id(self, row: Row, before: DealRecord | None, profile: DistributorProfile) -> str:
        named = row.values.get("film_id") or ""
        film_id = _same("film_id", self._films.id_of(named), before.film_id if before else "")
        if before is not None:
            return film_id
        if film_id not in self._owners or not self._is_usable(film_id, profile):
            raise unknown("film_id", "film", film_id)
        return film_id

    def _is_usable(self, film_id: str, profile: DistributorProfile) -> bool:
        """Reference data, one's own, and for a buyer what is offered to it."""
        owner = self._owners[film_id]
        if owner is None or self._company is None or owner == self._company.company_id:
            return True
        if profile.company_id != self._company.company_id:
            return False
        if film_id not in self._may_see:
            who = Visibility([self._company.company_id], [profile.territory])
            self._may_see[film_id] = self._tx.films.may_see(film_id, who)
        return self._may_see[film_id]

    def _flags(self, row: Row, old: DealRecord) -> dict[str, Any]:
        flags: dict[str, Any] = {}
        if row.values.get("private") is not None:
            if self._company is None and row.values["private"]:
                raise Refusal(
                    "private", "reference data is public", "Import private deals on behalf of a party"
                )
            flags["is_public"] = not row.values["private"]
            kept_public = old.outcome_public or self._company is None
            flags["outcome_public"] = kept_public and flags["is_public"]
        if "in_house" in row.values:
            flags["in_house"] = bool(row.values["in_house"])
        if "role" in row.values:
            flags["role"] = row.values["role"] or "distributor"
        if "media_rights" in row.values:
            flags["media_rights"] = row.values["media_rights"] or (MediaRight.THEATRICAL,)
        return flags

    def _new_terms(self, row: Row, deal_id: str) -> DealTerms | None:
        old = self._terms.get(deal_id)
        if TERMS.isdisjoint(row.values):
            return old
        known = old or DealTerms()
        terms = DealTerms(
            guarantee=money(row, "guarantee", "guarantee_currency", known.guarantee),
            commission=row.values.get("commission", known.commission),
            expenses_cap=money(row, "expenses_cap", "expenses_cap_currency", known.expenses_cap),
            note=row.values.get("terms_note", known.note),
        )
        return None if old is None and terms == DealTerms() else terms


def _same(column: str, given: str, stored: str) -> str:
    """Film and parties of a deal never change; a new one names them."""
    if stored and given not in ("", stored):
        raise Refusal(
            column, phrase("the deal is recorded with {id}", id=stored), "Give another deal an id of its own"
        )
    return given or stored
