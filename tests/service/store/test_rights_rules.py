"""The rules of rights that the database keeps, each tried by breaking it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain.rights import RightsGrant, Window
from service.domain.words import CompanyKind, GrantStatus, MediaRight
from service.errors import Invalid, RightsConflict
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.service import make


@pytest.fixture
def tx(uow: UnitOfWorkFactory) -> Any:
    with uow() as tx:
        make.trade(tx)
        tx.companies.add(make.company("rival", CompanyKind.SALES_AGENT))
        yield tx


def _broken(tx: UnitOfWork) -> str:
    with pytest.raises(RightsConflict) as raised:
        tx.check()
    return raised.value.constraint


def _add(tx: UnitOfWork, *grants: RightsGrant) -> None:
    for grant in grants:
        tx.rights.add(grant)


def test_two_exclusive_sales_may_not_overlap(tx: UnitOfWork) -> None:
    _add(tx, make.held("film", "agent"), make.sold("film", "agent", "buyer", window=make.years(2026, 2030)))
    with pytest.raises(RightsConflict, match="an active sale exists already") as raised:
        tx.rights.add(make.sold("film", "agent", "rival", window=make.years(2030, 2034)))
    assert raised.value.constraint == "ex_rights_grants_sold"
    assert raised.value.field == "window"


@pytest.mark.parametrize(
    "different",
    [
        {"window": make.years(2031, 2034)},
        {"territory": "DE"},
        {"media_right": MediaRight.SVOD},
        {"status": GrantStatus.DRAFT},
        {"status": GrantStatus.PENDING},
        {"status": GrantStatus.REJECTED},
        {"status": GrantStatus.INACTIVE},
    ],
    ids=str,
)
def test_sales_that_differ_in_one_dimension_live_side_by_side(
    tx: UnitOfWork, different: dict[str, Any]
) -> None:
    _add(tx, *(make.held("film", "agent", territory=code) for code in ("FR", "DE")))
    _add(tx, make.held("film", "agent", media_right=MediaRight.SVOD))
    _add(tx, make.sold("film", "agent", "buyer"), make.sold("film", "agent", "rival", **different))
    tx.check()


def test_an_exclusive_sale_excludes_also_sales_that_are_not(tx: UnitOfWork) -> None:
    _add(tx, make.held("film", "agent"), make.sold("film", "agent", "buyer"))
    with pytest.raises(RightsConflict):
        tx.rights.add(make.sold("film", "agent", "rival", exclusive=False))


def test_sales_that_are_not_exclusive_live_side_by_side(tx: UnitOfWork) -> None:
    _add(tx, make.held("film", "agent"))
    _add(tx, *(make.sold("film", "agent", name, exclusive=False) for name in ("buyer", "rival", "buyer")))
    tx.check()


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ((), (), True),
        ((), ("fr",), True),
        (("fr",), ("de",), False),
        (("fr", "en"), ("de", "en"), True),
        (("pt",), ("pt-BR",), True),
        (("pt-PT",), ("pt-BR",), False),
        (("zh-Hant",), ("zh-Hant-TW",), True),
        (("zh-Hant",), ("zh-Hans",), False),
        (("es-419",), ("es-ES",), False),
        (("de",), ("del",), False),
    ],
)
def test_languages_meet_where_one_covers_the_other(
    tx: UnitOfWork, one: tuple[str, ...], other: tuple[str, ...], meet: bool
) -> None:
    _add(tx, make.held("film", "agent"), make.sold("film", "agent", "buyer", languages=one))
    if meet:
        with pytest.raises(RightsConflict):
            tx.rights.add(make.sold("film", "agent", "rival", languages=other))
    else:
        tx.rights.add(make.sold("film", "agent", "rival", languages=other))
        tx.check()


@pytest.mark.parametrize("tag", ["French", "FR", "pt_BR", "f", "pt-br", "", "fr,de", "fr\n"])
def test_a_language_is_written_as_rfc_5646_says(tx: UnitOfWork, tag: str) -> None:
    with pytest.raises(Invalid, match="languages"):
        tx.rights.add(make.held("film", "agent", languages=(tag,)))


def test_rights_held_exclusively_are_held_by_one(tx: UnitOfWork) -> None:
    _add(tx, make.held("film", "agent"))
    with pytest.raises(RightsConflict, match="held already") as raised:
        tx.rights.add(make.held("film", "rival"))
    assert raised.value.constraint == "ex_rights_grants_held"
    assert "agent" not in str(raised.value)


def test_held_and_sold_do_not_exclude_each_other(tx: UnitOfWork) -> None:
    _add(tx, make.held("film", "agent"), make.sold("film", "agent", "buyer"))
    tx.check()


@pytest.mark.parametrize(
    "holding",
    [
        {"window": make.years(2020, 2029)},
        {"window": make.years(2027, 2039)},
        {"territory": "DE"},
        {"media_right": MediaRight.SVOD},
        {"status": GrantStatus.PENDING},
        {"languages": ("fr",)},
        {"exclusive": False},
        {"company_id": "rival"},
    ],
    ids=str,
)
def test_nothing_is_sold_that_is_not_held(tx: UnitOfWork, holding: dict[str, Any]) -> None:
    fields: dict[str, Any] = {"film_id": "film", "company_id": "agent", **holding}
    _add(tx, make.held(**fields), make.sold("film", "agent", "buyer"))
    assert _broken(tx) == "rights_inside_held"


def test_the_message_says_what_is_not_held(tx: UnitOfWork) -> None:
    tx.rights.add(make.sold("film", "agent", "buyer", languages=("fr",)))
    with pytest.raises(
        RightsConflict,
        match="does not hold theatrical exclusively in FR for the language fr from 2026-01-01 to 2030-12-31",
    ):
        tx.commit()


def test_several_holdings_together_may_cover_a_sale(tx: UnitOfWork) -> None:
    _add(
        tx,
        make.held("film", "agent", window=make.years(2020, 2027), languages=("fr",)),
        make.held("film", "agent", window=make.years(2028, 2039), languages=("fr",)),
        make.held("film", "agent", window=make.years(2020, 2039), languages=("nl",)),
        make.sold("film", "agent", "buyer", languages=("fr", "nl")),
    )
    tx.check()


def test_a_sale_of_all_languages_needs_all_languages_held(tx: UnitOfWork) -> None:
    _add(tx, *(make.held("film", "agent", languages=(tag,)) for tag in ("fr", "nl")))
    _add(tx, make.sold("film", "agent", "buyer"))
    assert _broken(tx) == "rights_inside_held"


def test_holding_portuguese_is_enough_to_sell_brazilian(tx: UnitOfWork) -> None:
    _add(tx, make.held("film", "agent", languages=("pt",)))
    _add(tx, make.sold("film", "agent", "buyer", languages=("pt-BR",)))
    tx.check()


def test_a_sale_may_be_written_before_its_holding_in_the_same_unit_of_work(tx: UnitOfWork) -> None:
    _add(tx, make.sold("film", "agent", "buyer"), make.held("film", "agent"))
    tx.commit()


def test_a_window_without_end_needs_a_holding_without_end(tx: UnitOfWork) -> None:
    _add(tx, make.held("film", "agent"), make.sold("film", "agent", "buyer", window=Window(date(2026, 1, 1))))
    assert _broken(tx) == "rights_inside_held"


@pytest.mark.parametrize(
    "way", ["shorten", "withdraw", "delete", "not exclusive", "another territory", "language"]
)
def test_what_was_sold_cannot_lose_its_holding(tx: UnitOfWork, way: str) -> None:
    grant = tx.rights.add(make.held("film", "agent"))
    _add(tx, make.sold("film", "agent", "buyer"))
    tx.check()
    changes: dict[str, dict[str, Any]] = {
        "shorten": {"window": make.years(2020, 2029)},
        "withdraw": {"status": GrantStatus.INACTIVE},
        "not exclusive": {"exclusive": False},
        "another territory": {"territory": "DE"},
        "language": {"languages": ("fr",)},
    }
    if way == "delete":
        tx.rights.delete(grant.grant_id)
    else:
        tx.rights.update(replace(grant, **changes[way]))
    assert _broken(tx) == "rights_inside_held"


def test_sale_and_holding_can_end_together(tx: UnitOfWork) -> None:
    grant = tx.rights.add(make.held("film", "agent"))
    sale = tx.rights.add(make.sold("film", "agent", "buyer"))
    tx.check()
    tx.rights.delete(grant.grant_id)
    tx.rights.update(replace(sale, status=GrantStatus.INACTIVE))
    tx.commit()


def test_confirming_a_holding_that_is_relied_on_is_no_change_of_rights(tx: UnitOfWork) -> None:
    grant = tx.rights.add(make.held("film", "agent"))
    _add(tx, make.sold("film", "agent", "buyer"))
    assert tx.rights.confirm([grant.grant_id], make.NOON.date()) == 1
    tx.commit()


def test_a_window_ends_after_it_starts(tx: UnitOfWork) -> None:
    with pytest.raises(Invalid, match="ends on 2025-12-31, before it starts on 2026-01-01"):
        tx.rights.add(make.held("film", "agent", window=Window(date(2026, 1, 1), date(2025, 12, 31))))


def test_a_window_does_not_end_with_the_calendar(tx: UnitOfWork) -> None:
    with pytest.raises(Invalid, match="Leave the end open"):
        tx.rights.add(make.held("film", "agent", window=Window(None, date.max)))


@pytest.mark.parametrize("territory", ["fr", "FRA", "F", "", "Benelux"])
def test_a_territory_is_a_country(tx: UnitOfWork, territory: str) -> None:
    with pytest.raises(Invalid, match="territory"):
        tx.rights.add(make.held("film", "agent", territory=territory))


def test_sold_rights_name_their_buyer_and_held_rights_have_none(tx: UnitOfWork) -> None:
    with pytest.raises(Invalid, match="name their buyer"), tx.savepoint():
        tx.rights.add(replace(make.sold("film", "agent", "buyer"), licensee_id=None))
    with pytest.raises(Invalid, match="name their buyer"), tx.savepoint():
        tx.rights.add(make.held("film", "agent", licensee_id="buyer"))


_WINDOWS = st.tuples(st.integers(2020, 2030), st.integers(0, 5)).map(
    lambda pair: make.years(pair[0], pair[0] + pair[1])
)
_TAGS = st.lists(st.sampled_from(["fr", "nl", "pt", "pt-BR", "pt-PT"]), max_size=2, unique=True).map(tuple)
_SALES = st.lists(st.tuples(_WINDOWS, _TAGS, st.booleans()), min_size=2, max_size=6)


def _covers(one: str, other: str) -> bool:
    return one == other or other.startswith(f"{one}-")


def _meet(one: RightsGrant, other: RightsGrant) -> bool:
    starts, ends = (one.window.starts_on, other.window.starts_on), (one.window.ends_on, other.window.ends_on)
    days = max(day for day in starts if day) <= min(day for day in ends if day)
    tags = not one.languages or not other.languages
    tags = tags or any(_covers(a, b) or _covers(b, a) for a in one.languages for b in other.languages)
    return days and tags and (one.exclusive or other.exclusive)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sales=_SALES)
def test_exactly_the_sales_that_meet_are_refused(
    uow: UnitOfWorkFactory, sales: list[tuple[Window, tuple[str, ...], bool]]
) -> None:
    """The same rule written in Python, sale by sale, gives the same answers as the database."""
    with uow() as tx:
        make.trade(tx)
        kept: list[RightsGrant] = []
        for window, tags, exclusive in sales:
            grant = make.sold("film", "agent", "buyer", window=window, languages=tags, exclusive=exclusive)
            try:
                with tx.savepoint():
                    tx.rights.add(grant)
                refused = False
            except RightsConflict:
                refused = True
            assert refused == any(_meet(grant, other) for other in kept)
            if not refused:
                kept.append(grant)
