from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from service.domain.words import MediaRight
from service.errors import Conflict, Invalid, NotFound, PreconditionFailed
from service.store.repositories.bulk import Upserted
from service.store.repositories.distributors import DistributorFilter
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.service import make

WHOLE = make.profile(
    "it",
    "buyer",
    "IT",
    name="Buyer Italia",
    kind="major",
    aliases=("Buyer",),
    brief="Comedies from anywhere.",
    media_rights=(MediaRight.THEATRICAL, MediaRight.SVOD),
    budget_min_usd=Decimal("100.00"),
    budget_max_usd=Decimal("200.00"),
    genres_never=("Horror",),
    attending=("EFM 2027",),
)


@pytest.fixture
def tx(uow: UnitOfWorkFactory) -> Any:
    with uow() as tx:
        make.trade(tx)
        yield tx


def _ids(tx: UnitOfWork, **fields: Any) -> list[str]:
    return [
        profile.distributor_id for profile in tx.distributors.list(where=DistributorFilter(**fields)).items
    ]


def test_a_profile_comes_back_as_stored_one_by_one_and_in_bulk(tx: UnitOfWork) -> None:
    added = tx.distributors.add(WHOLE)
    assert replace(added, created_at=None, updated_at=None) == WHOLE
    assert tx.distributors.find(["it", "nothing"]) == {"it": added}
    assert tx.distributors.upsert_many([WHOLE]) == Upserted(unchanged=1)


def test_a_company_has_one_profile_in_a_territory(tx: UnitOfWork) -> None:
    with pytest.raises(Conflict, match="already has a profile in this territory"):
        tx.distributors.add(make.profile("fr-two", "buyer", "FR"))


def test_a_profile_stays_in_its_territory(tx: UnitOfWork) -> None:
    moved = make.profile("fr", "buyer", "BE")
    with pytest.raises(Conflict, match="territory never changes") as raised, tx.savepoint():
        tx.distributors.update(moved)
    assert raised.value.field == "territory"
    with pytest.raises(Conflict, match="territory never changes"):
        tx.distributors.upsert_many([moved])


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "huge"}, "kind"),
        ({"territory": "fr"}, "territory"),
        ({"name": ""}, "name"),
        ({"budget_min_usd": Decimal(2), "budget_max_usd": Decimal(1)}, "budget_min_usd"),
        ({"budget_max_usd": Decimal(-1)}, "budget_max_usd"),
        ({"company_id": "nobody"}, "company_id"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_no_profile_can_have_is_refused(tx: UnitOfWork, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as raised:
        tx.distributors.add(make.profile(**{"distributor_id": "x", "company_id": "agent", **fields}))
    assert raised.value.problems[0].field == field


def test_profiles_are_listed_by_what_they_are(tx: UnitOfWork) -> None:
    tx.distributors.add(WHOLE)
    tx.distributors.add(make.profile("agent-fr", "agent", "FR"))
    assert _ids(tx) == ["fr", "de", "it", "agent-fr"]
    assert _ids(tx, company_id="buyer") == ["fr", "de", "it"]
    assert _ids(tx, territory="FR") == ["fr", "agent-fr"]
    assert _ids(tx, kind="major") == ["it"]
    assert _ids(tx, media_right=MediaRight.SVOD) == ["it"]
    assert _ids(tx, attending="EFM 2027") == ["it"]
    assert _ids(tx, query="ITALIA") == ["it"]
    assert [profile.territory for profile in tx.distributors.of_company("buyer")] == ["DE", "FR", "IT"]
    assert len(list(tx.distributors.stream())) == 4


def test_a_change_names_the_version_it_was_made_from(tx: UnitOfWork) -> None:
    tx.distributors.add(WHOLE)
    changed = replace(WHOLE, distributor=replace(WHOLE.distributor, brief="Only comedies."))
    assert tx.distributors.update(changed, expected=1).version == 2
    with pytest.raises(PreconditionFailed):
        tx.distributors.update(WHOLE, expected=1)
    tx.distributors.delete("it", expected=2)
    with pytest.raises(NotFound):
        tx.distributors.get("it")


def test_a_profile_with_deals_cannot_be_deleted(tx: UnitOfWork) -> None:
    tx.deals.add(make.deal("film", "fr"))
    with pytest.raises(Conflict, match="still used by deals"):
        tx.distributors.delete("fr")


@pytest.mark.parametrize(
    "limit",
    [
        {"media_rights": (MediaRight.SVOD,)},
        {"genres_never": ("Horror",)},
        {"budget_min_usd": Decimal(1)},
        {"budget_max_usd": Decimal(1)},
    ],
    ids=lambda limit: next(iter(limit)),
)
def test_only_those_with_a_limit_are_choosy(tx: UnitOfWork, limit: dict[str, Any]) -> None:
    picky = tx.distributors.add(make.profile("agent-fr", "agent", "FR", **limit))
    tx.distributors.add(make.profile("agent-de", "agent", "DE", **limit))
    assert tx.distributors.choosy(["FR"]) == (picky,)
    assert tx.distributors.choosy(["IT"]) == ()
