"""Every update says which version it changes, and every list that can grow comes in pages: read off the description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.settings import Settings
from tests.service.api.markets import API, planned, small_event
from tests.service.world import PASSWORDS, World

UPDATES: Final = ("put", "patch", "delete")

WITHOUT_A_VERSION: Final = {
    "delete /sessions": "one's own; a session is never changed",
    "delete /sessions/current": "one's own; a session is never changed",
    "put /me/password": "the current password says what is changed",
    "delete /api-keys/{key_id}": "a key is never changed, and to void it must not wait",
    "delete /companies/{company_id}/invitations/{invitation_id}": "never changed, and must not wait",
    "delete /events/{event_id}/slots/{slot_id}": "a slot is never changed, only added and removed",
    "delete /events/{event_id}/wishes": "names the whole of what goes",
    "delete /events/{event_id}/history": "names the whole of what goes",
    "delete /events/{event_id}/locks": "a meeting stays where it is; only planning may move it again",
    "put /events/{event_id}/agendas/{participant_id}/wishes": "the whole of what one says of one other",
}
"""Updates that cannot overwrite what somebody never saw, with the reason."""

ANSWERED_WHOLE: Final = {
    "/territory-groups": "a closed list",
    "/events/{event_id}/left-out": "the `most` most valuable",
    "/events/{event_id}/stand-bys": "the `most` most valuable",
    "/events/{event_id}/agendas/{participant_id}/talks": "one for each meeting of one agenda",
}
"""Lists that cannot grow."""


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return create_app(Settings(), passwords=PASSWORDS).openapi()


def updates(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method in UPDATES:
            if method in methods:
                yield method, path.removeprefix(API), methods[method]


def parameters(operation: dict[str, Any]) -> set[str]:
    return {one["name"].lower() for one in operation.get("parameters", ())}


def test_every_update_asks_for_the_version_it_changes(document: dict[str, Any]) -> None:
    without = set()
    for method, path, operation in updates(document):
        if "if-match" in parameters(operation):
            assert {"412", "428"} <= set(operation["responses"]), f"{method} {path}"
        else:
            without.add(f"{method} {path}")
    assert without == set(WITHOUT_A_VERSION)


def test_an_update_without_a_version_is_refused_before_anything_is_read(
    world: World, document: dict[str, Any]
) -> None:
    admin, tried = world.sign_in("admin"), 0
    for method, path, operation in updates(document):
        if "if-match" not in parameters(operation):
            continue
        filled = path.replace("{number}", "1").replace("{", "").replace("}", "")
        answer = admin.request(method.upper(), f"{API}{filled}", json={})
        assert answer.status_code == 428, f"{method} {path}: {answer.text}"
        tried += 1
    assert tried > 15


def test_every_list_that_can_grow_comes_in_pages(document: dict[str, Any]) -> None:
    whole = set()
    for path, methods in document["paths"].items():
        answer = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        schema = answer.get("application/json", {}).get("schema", {})
        if "PageOf_" in schema.get("$ref", ""):
            assert {"limit", "cursor"} <= parameters(methods["get"]), path
        elif schema.get("type") == "array":
            whole.add(path.removeprefix(API))
    assert whole == set(ANSWERED_WHOLE)


def version_of(browser: TestClient, path: str, name: str, value: str) -> dict[str, str]:
    """The If-Match of an item of a list."""
    items = browser.get(path).json()["items"]
    return {"If-Match": next(f'"{one["version"]}"' for one in items if one[name] == value)}


def test_a_role_is_not_overwritten_by_who_saw_another(world: World) -> None:
    owner, members = world.sign_in("alba-owner"), f"{API}/companies/alba/members"
    seen = version_of(owner, members, "user_id", "alba-viewer")
    changed = world.sign_in("admin").put(f"{members}/alba-viewer", json={"role": "owner"}, headers=seen)
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    late = owner.put(f"{members}/alba-viewer", json={"role": "member"}, headers=seen)
    assert (late.status_code, late.json()["type"]) == (412, "urn:reelmatch:problem:precondition_failed")
    assert owner.delete(f"{members}/alba-viewer", headers=seen).status_code == 412
    again = version_of(owner, members, "user_id", "alba-viewer")
    assert again == {"If-Match": changed.headers["ETag"]}
    assert owner.delete(f"{members}/alba-viewer", headers=again).status_code == 204
    assert owner.delete(f"{members}/alba-viewer", headers=again).status_code == 404


def test_a_person_is_not_deleted_by_who_saw_another(world: World) -> None:
    admin, path = world.sign_in("admin"), f"{API}/users/nobody"
    seen = {"If-Match": admin.get(path).headers["ETag"]}
    assert world.sign_in("nobody").patch(path, json={"name": "Somebody"}, headers=seen).status_code == 200
    assert admin.delete(path, headers=seen).status_code == 412
    seen = {"If-Match": admin.get(path).headers["ETag"]}
    assert admin.delete(path, headers=seen).status_code == 204


def test_tables_absences_and_drafts_are_not_overwritten_by_who_saw_others(
    world: World, api_settings: Settings
) -> None:
    organiser = world.sign_in("marche-owner")
    key = small_event(organiser)
    place = f"{API}/events/{key}"
    planned(organiser, key, api_settings)

    seen = version_of(organiser, f"{place}/tables", "table_id", "t2")
    changed = organiser.patch(f"{place}/tables/t2", json={"hall": "South"}, headers=seen)
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert organiser.patch(f"{place}/tables/t2", json={"closed": True}, headers=seen).status_code == 412
    assert organiser.delete(f"{place}/tables/t2", headers=seen).status_code == 412
    assert organiser.get(f"{place}/tables").json()["items"][1] == {
        **changed.json(),
        "hall": "South",
        "closed": False,
    }

    person = f"{place}/participants/b2"
    seen = {"If-Match": organiser.get(person).headers["ETag"]}
    late = organiser.post(f"{person}/late", json={"until": "2026-09-10T09:20:00+02:00"})
    assert [one["slot_id"] for one in late.json()] == ["0910-0900"]
    body = {"slot_ids": ["0910-1000"]}
    assert organiser.put(f"{person}/absences", json=body, headers=seen).status_code == 412
    seen = {"If-Match": organiser.get(person).headers["ETag"]}
    away = organiser.put(f"{person}/absences", json=body, headers=seen)
    assert [one["slot_id"] for one in away.json()] == ["0910-1000"]
    assert away.headers["ETag"] == organiser.get(person).headers["ETag"]
    assert organiser.delete(person, headers=seen).status_code == 412

    draft = f"{place}/schedules/1"
    seen = {"If-Match": organiser.get(draft).headers["ETag"]}
    cancel = {"kind": "cancel", "seller_id": "s2", "buyer_id": "b2"}
    assert organiser.post(f"{place}/changes", json=cancel, headers=seen).status_code == 200
    assert organiser.delete(draft, headers=seen).status_code == 412
    seen = {"If-Match": organiser.get(draft).headers["ETag"]}
    assert organiser.delete(draft, headers=seen).status_code == 204
