"""Rows of rights held and sold; a row may name several territories and media rights, and becomes that many grants."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Any, Final

from service.clock import today
from service.domain.deals import DealRecord
from service.domain.rights import RightsGrant, Window
from service.domain.words import CompanyKind, Direction, GrantStatus, MediaRight
from service.phrases import phrase
from service.store.repositories.bulk import Upserted
from service.store.unit_of_work import UnitOfWork
from service.usecases.importing.items import Item, Refusal, effect_of, ids, unknown, window
from service.usecases.importing.named_films import NamedFilms
from service.usecases.importing.rows import Row

__all__ = ["RightsRows"]

_PLAIN: Final = ("holdback_until", "confirmed_on", "note", "languages")


class RightsRows:
    """What one agent holds and has sold. Without a grant_id a grant is known by what it is about and its start."""

    def __init__(self, tx: UnitOfWork, company_id: str) -> None:
        self._tx = tx
        self._company_id = company_id
        self._companies: dict[str, list[str]] = defaultdict(list)
        for company in tx.companies.stream():
            if CompanyKind.DISTRIBUTOR not in company.kinds:
                continue
            for name in {company.company_id, company.name.casefold()}:
                self._companies[name].append(company.company_id)
        self._stored: dict[str, RightsGrant] = {}
        self._owners: dict[str, str | None] = {}
        self._films = NamedFilms()
        self._deals: dict[str, DealRecord] = {}

    def ordered(self, rows: list[Row]) -> list[Row]:
        """What is held first, because sales rely on it."""
        return sorted(rows, key=lambda row: row.values["direction"] is Direction.SOLD)

    def look_up(self, rows: Sequence[Row], *, alone: bool) -> None:
        """The grants that are there, and the films and deals that are named."""
        self._films = NamedFilms.of(self._tx, rows)
        self._owners = self._tx.films.owners(self._films.all_ids)
        self._deals = self._tx.deals.find(ids(rows, "deal_id"))
        wanted = []
        for row in rows:
            try:
                wanted += [grant_id for grant_id, _, _ in self._places(row)]
            except Refusal:
                # Told when its turn comes.
                continue
        self._stored = self._tx.rights.find(wanted, alone=alone)

    def item(self, row: Row) -> Item:
        """Columns that the file lacks stay as they are."""
        places = self._places(row)
        if self._owners.get(self._film_id(row), "") not in (self._company_id, None):
            raise unknown("film_id", "film", row.values["film_id"])
        self._check_deal(row)
        confirmed_on = row.values.get("confirmed_on")
        if confirmed_on is not None and confirmed_on > today():
            raise Refusal(
                "confirmed_on", phrase("{day} is not yet", day=confirmed_on), "Give today or a past day"
            )
        before = tuple(self._stored.get(grant_id) for grant_id, _, _ in places)
        if any(grant is not None and grant.company_id != self._company_id for grant in before):
            raise Refusal("grant_id", "another company's grant has this id", "Use an id of your own")
        after = tuple(self._grant(row, old, *place) for old, place in zip(before, places, strict=True))
        grant_ids = tuple(grant.grant_id for grant in after)
        return Item(row.line, grant_ids, effect_of(before, after), before, after)

    def write(self, items: Sequence[Item]) -> Upserted:
        """Store these."""
        return self._tx.rights.upsert_many([grant for item in items for grant in item.after])

    def _grant(
        self, row: Row, old: RightsGrant | None, grant_id: str, territory: str, media_right: MediaRight
    ) -> RightsGrant:
        values = row.values
        changes: dict[str, Any] = {name: values[name] for name in _PLAIN if name in values}
        if "deal_id" in values:
            changes["deal_id"] = values["deal_id"] or None
        if values.get("exclusive") is not None:
            changes["exclusive"] = values["exclusive"]
        if values.get("status") is not None:
            changes["status"] = values["status"]
        grant = old or RightsGrant(
            grant_id,
            values["direction"],
            self._film_id(row),
            self._company_id,
            territory,
            media_right,
            Window(),
            # Taking it for exclusive refuses a double sale rather than allowing one.
            exclusive=True,
            status=GrantStatus.ACTIVE,
            confirmed_on=today(),
        )
        return replace(
            grant,
            direction=values["direction"],
            film_id=self._film_id(row),
            territory=territory,
            media_right=media_right,
            window=window(row, grant.window) or Window(),
            licensee_id=self._licensee(row),
            **changes,
        )

    def _film_id(self, row: Row) -> str:
        return self._films.id_of(row.values["film_id"])

    def _places(self, row: Row) -> list[tuple[str, str, MediaRight]]:
        """(grant id, territory, media right) of each grant of a row."""
        values = row.values
        pairs = list(product(values["territories"], values["media_rights"]))
        given = values.get("grant_id")
        if given and len(pairs) == 1:
            return [(given, *pairs[0])]
        start = values.get("starts_on")
        key = given or "|".join(
            (
                self._company_id,
                values["direction"],
                values["film_id"],
                self._licensee(row) or "",
                start.isoformat() if start else "",
                ",".join(values.get("languages", ())),
            )
        )
        return [(_made_id(key, *pair), *pair) for pair in pairs]

    def _licensee(self, row: Row) -> str | None:
        name: str = row.values.get("licensee_id", "")
        if row.values["direction"] is Direction.HELD:
            if name:
                raise Refusal("licensee_id", "rights held have no buyer", "Remove it, or write `sold`")
            return None
        found = self._companies.get(name) or self._companies.get(name.casefold(), [])
        if len(found) > 1:
            listed = ", ".join(found[:5])
            raise Refusal(
                "licensee_id",
                phrase("several companies are called {name!r}", name=name[:100]),
                phrase("Give the id: {ids}", ids=listed),
            )
        if not found:
            raise unknown("licensee_id", "distributor", name)
        return found[0]

    def _check_deal(self, row: Row) -> None:
        deal_id = row.values.get("deal_id")
        if deal_id and (deal_id not in self._deals or self._deals[deal_id].agent_id != self._company_id):
            raise unknown("deal_id", "deal of yours", deal_id)


def _made_id(key: str, territory: str, media_right: MediaRight) -> str:
    text = f"{key}|{territory}|{media_right}"
    return f"grant_{hashlib.sha256(text.encode()).hexdigest()[:32]}"
