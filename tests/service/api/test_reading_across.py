"""Every list and every object of the trade, tried by each company, by a wrong role, and by nobody."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from service.domain.words import Scope
from tests.service.stock import SECRET, stock
from tests.service.world import World

API = "/api/v1"
WHO = ("alba-viewer", "grim-owner", "lumen-owner", "harbor-owner", "marche-owner", "nobody", "admin")

LISTS = {
    "films": (
        ("tide", "draft", "public"),
        ("grim-film", "public"),
        ("tide", "public"),
        ("tide", "public"),
        ("public",),
        ("public",),
        ("tide", "draft", "grim-film", "public"),
    ),
    "rights": (
        ("held-fr", "held-us", "sold-fr", "sold-draft"),
        (),
        ("sold-fr",),
        (),
        None,
        None,
        ("held-fr", "held-us"),
    ),
    "deals": (
        ("signed", "known"),
        ("known",),
        ("signed", "known"),
        ("known",),
        ("known",),
        ("known",),
        ("known",),
    ),
    "feedback": ((), (), ("pass",), ("offer",), (), None, None),
}
"""List -> the ids that each of WHO sees, None where the list is not for them."""

ITEMS = {
    "films/tide": (200, 404, 200, 200, 404, 404, 200),
    "films/draft": (200, 404, 404, 404, 404, 404, 200),
    "films/grim-film": (404, 200, 404, 404, 404, 404, 200),
    "films/public": (200, 200, 200, 200, 200, 200, 200),
    "films/tide/avails": (200, 404, 200, 200, 404, 404, 200),
    "films/draft/avails": (200, 404, 404, 404, 404, 404, 200),
    "films/public/avails": (403, 403, 403, 403, 403, 403, 200),
    "films/tide/approaches": (200, 404, 403, 403, 404, 404, 403),
    "rights/held-fr": (200, 404, 404, 404, 404, 404, 200),
    "rights/sold-fr": (200, 404, 200, 404, 404, 404, 404),
    "rights/sold-draft": (200, 404, 404, 404, 404, 404, 404),
    "deals/signed": (200, 404, 200, 404, 404, 404, 404),
    "deals/known": (200, 200, 200, 200, 200, 200, 200),
    "deals/signed/terms": (200, 404, 200, 404, 404, 404, 404),
    "deals/known/terms": (404, 404, 404, 200, 404, 404, 404),
    "distributors/lumen-fr": (200,) * 7,
    "territory-groups": (200,) * 7,
    "feedback/board": (200, 200, 200, 200, 200, 403, 403),
}
"""Path -> the status for each of WHO."""

CHANGES = {
    ("patch", "films/tide", "logline"): (403, 404, 403, 403, 404, 404, 403),
    ("delete", "films/tide", ""): (403, 404, 403, 403, 404, 404, 403),
    ("patch", "films/public", "logline"): (403, 403, 403, 403, 403, 403, 200),
    ("patch", "rights/sold-fr", "note"): (403, 404, 403, 404, 404, 404, 404),
    ("delete", "rights/held-us", ""): (403, 404, 404, 404, 404, 404, 403),
    ("patch", "deals/signed", "source"): (403, 404, 200, 404, 404, 404, 404),
    ("delete", "deals/known", ""): (403, 403, 403, 204, 403, 403, 204),
    ("put", "deals/signed/terms", "note"): (403, 404, 200, 404, 404, 404, 404),
    ("patch", "distributors/lumen-fr", "brief"): (403, 403, 200, 403, 403, 403, 200),
    ("delete", "distributors/lumen-fr", ""): (403, 403, 403, 403, 403, 403, 409),
}
"""Method, path and the field to change -> the status for each of WHO, sent with `If-Match: *`."""


OPEN_TO_KEYS = ("territory-groups",)


@pytest.fixture
def browsers(world: World) -> dict[str, TestClient]:
    stock(world.uow)
    return {who: world.sign_in(who) for who in WHO}


def ids(browser: TestClient, name: str) -> tuple[str, ...] | None:
    answer = browser.get(f"{API}/{name}")
    if answer.status_code == 403:
        return None
    key = {"films": "film_id", "rights": "grant_id", "deals": "deal_id", "feedback": "event_id"}[name]
    return tuple(item[key] for item in answer.json()["items"])


def test_each_list_shows_each_company_its_own(browsers: dict[str, TestClient]) -> None:
    for name, expected in LISTS.items():
        for who, seen in zip(WHO, expected, strict=True):
            assert ids(browsers[who], name) == seen, f"{who} {name}"


def test_each_object_is_read_by_whom_it_concerns(browsers: dict[str, TestClient]) -> None:
    for path, expected in ITEMS.items():
        for who, status in zip(WHO, expected, strict=True):
            assert browsers[who].get(f"{API}/{path}").status_code == status, f"{who} {path}"


def test_each_object_is_changed_by_whom_it_belongs_to(browsers: dict[str, TestClient]) -> None:
    for (method, path, field), expected in CHANGES.items():
        body = {field: "changed"} if field else None
        for who, status in zip(WHO, expected, strict=True):
            answer = browsers[who].request(method, f"{API}/{path}", json=body, headers={"If-Match": "*"})
            assert answer.status_code == status, f"{who} {method} {path}: {answer.text}"
            if status == 204:
                break


def test_what_is_hidden_reads_like_what_is_not_there(browsers: dict[str, TestClient]) -> None:
    for path, missing in (
        ("films/tide", "films/none"),
        ("rights/sold-fr", "rights/none"),
        ("deals/signed", "deals/none"),
        ("deals/signed/terms", "deals/none/terms"),
    ):
        hidden, gone = (browsers["grim-owner"].get(f"{API}/{one}").json() for one in (path, missing))
        name, other = path.split("/")[1], "none"
        assert hidden["detail"].replace(name, other) == gone["detail"]
        assert hidden["remedy"] == gone["remedy"]


def test_a_secret_is_in_no_answer_to_anybody_else(browsers: dict[str, TestClient]) -> None:
    paths = [*LISTS, *ITEMS, "audit", "distributors"]
    keepers = {
        "rights": ("alba-viewer",),
        "rights/held-fr": ("alba-viewer",),
        "rights/sold-fr": ("alba-viewer",),
        "rights/sold-draft": ("alba-viewer",),
        "deals/signed/terms": ("alba-viewer", "lumen-owner"),
        "feedback": ("lumen-owner", "harbor-owner"),
        "feedback/board": ("lumen-owner", "harbor-owner"),
    }
    for path in paths:
        for who in WHO:
            shown = SECRET in browsers[who].get(f"{API}/{path}").text
            assert shown is (who in keepers.get(path, ())), f"{who} {path}"


def test_a_pass_is_told_to_nobody_else_by_any_filter(browsers: dict[str, TestClient]) -> None:
    for who in set(WHO) - {"lumen-owner"}:
        for query in ("film_id=tide", "distributor_id=lumen-fr", "kind=passed", "company_id=lumen"):
            for path in ("feedback", "feedback/board"):
                text = browsers[who].get(f"{API}/{path}?{query}").text
                assert "lumen-fr" not in text, f"{who} {path}?{query}"


def test_a_third_party_sees_an_announced_deal_without_its_outcome_and_dates(
    browsers: dict[str, TestClient],
) -> None:
    buyer, other = (browsers[who].get(f"{API}/deals/known").json() for who in ("harbor-owner", "grim-owner"))
    assert (buyer["admissions"], buyer["outcome_shown"]) == (7_777, True)
    assert (other["admissions"], other["outcome_shown"], other["window"]) == (None, False, None)


def test_a_distributor_sees_the_avails_of_its_own_territories_only(
    browsers: dict[str, TestClient],
) -> None:
    def seen(who: str, query: str = "") -> list[tuple[str, str]]:
        rows = browsers[who].get(f"{API}/films/tide/avails{query}").json()["rows"]
        return [(row["territory"], row["status"]) for row in rows]

    assert seen("alba-viewer") == [("FR", "partly"), ("US", "available")]
    assert seen("lumen-owner") == [("FR", "partly")]
    assert seen("harbor-owner", "?territory=world") == [("US", "available")]


def test_briefs_and_limits_are_read_by_their_own_company(world: World) -> None:
    lumen = world.sign_in("lumen-owner")
    body = {"brief": SECRET, "budget_max_usd": "5000000", "genres_never": ["Horror"], "attending": ["EFM"]}
    changed = lumen.patch(f"{API}/distributors/lumen-fr", json=body, headers={"If-Match": "*"})
    assert changed.json()["brief"] == SECRET
    for who in ("alba-owner", "harbor-owner", "marche-owner", "nobody"):
        shown = world.sign_in(who).get(f"{API}/distributors/lumen-fr").json()
        private = ("brief", "budget_min_usd", "budget_max_usd", "genres_never", "attending")
        assert [shown[name] for name in private] == [None] * 5
    assert world.sign_in("admin").get(f"{API}/distributors/lumen-fr").json()["brief"] == SECRET


def test_nobody_and_a_key_without_the_scope_see_nothing(world: World) -> None:
    stock(world.uow)
    stranger, program = TestClient(world.app), world.program("alba", Scope.MATCH)
    for path in [*LISTS, *ITEMS]:
        assert stranger.get(f"{API}/{path}").status_code == 401, path
        if path not in OPEN_TO_KEYS:
            assert program.get(f"{API}/{path}").status_code in (403, 404), path
