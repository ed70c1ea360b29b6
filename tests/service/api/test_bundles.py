"""Bundles and jobs over HTTP."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.app import create_app
from service.bundle_store import BundleStore
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.bundles import add_bundle
from tests.service.bundled import publish_tastes
from tests.service.world import PASSWORDS, World
from tests.tastes import WordEncoder

BUNDLES = "/api/v1/bundles"


@pytest.fixture
def app(api_settings: Settings) -> FastAPI:
    return create_app(api_settings, passwords=PASSWORDS, encoder=WordEncoder())


@pytest.fixture
def versions(api_settings: Settings, uow: UnitOfWorkFactory) -> list[str]:
    store = BundleStore.of(api_settings)
    manifests = [publish_tastes(store, seed=seed) for seed in range(2)]
    with uow() as tx:
        for manifest in manifests:
            add_bundle(tx, manifest, 0, comparison={"verdict": "first"})
        tx.commit()
    return [manifest.version for manifest in manifests]


@pytest.fixture
def admin(world: World) -> TestClient:
    return world.sign_in("admin")


def test_bundles_are_listed_with_their_comparison(world: World, versions: list[str]) -> None:
    somebody = world.sign_in("alba-viewer")
    listed = somebody.get(BUNDLES).json()["items"]
    assert [bundle["version"] for bundle in listed] == versions[::-1]
    assert listed[0]["comparison"] == {"verdict": "first"}
    assert somebody.get(f"{BUNDLES}/{versions[0]}").json() == listed[1]
    beside = somebody.get(f"{BUNDLES}/{versions[0]}/comparison", params={"other": versions[1]}).json()
    assert beside["figures"] == {"ndcg_10": [0.5, 0.5]}
    assert somebody.get(f"{BUNDLES}/none").status_code == 404


def test_promoting_and_going_back(admin: TestClient, versions: list[str]) -> None:
    assert admin.get(f"{BUNDLES}/current").json()["version"] is None
    first = admin.post(f"{BUNDLES}/{versions[0]}/promote", json={"counter": 0, "reason": "first"})
    assert (first.status_code, first.json()["counter"]) == (200, 1)
    assert admin.post(f"{BUNDLES}/{versions[1]}/promote", json={}).json()["version"] == versions[1]
    late = admin.post(f"{BUNDLES}/{versions[0]}/promote", json={"counter": 1})
    assert (late.status_code, late.json()["type"]) == (409, "urn:reelmatch:problem:conflict")
    assert admin.post(f"{BUNDLES}/rollback", json={}).json()["version"] == versions[0]
    kinds = [entry["kind"] for entry in admin.get(f"{BUNDLES}/promotions").json()["items"]]
    assert kinds == ["rollback", "promote", "promote"]


@pytest.mark.parametrize("path", ["rollback", "{}/promote"])
def test_nobody_else_promotes(world: World, versions: list[str], path: str) -> None:
    answer = world.sign_in("alba-owner").post(f"{BUNDLES}/{path.format(versions[0])}", json={})
    assert answer.status_code == 403


def test_a_training_is_a_job_that_can_be_stopped(admin: TestClient, world: World) -> None:
    asked = admin.post(f"{BUNDLES}/train")
    assert asked.status_code == 202
    job = asked.json()
    assert admin.post(f"{BUNDLES}/train").json()["job_id"] == job["job_id"]
    assert world.sign_in("alba-owner").post(f"{BUNDLES}/train").status_code == 403
    listed = admin.get("/api/v1/jobs", params={"kind": "train", "state": "queued"}).json()["items"]
    assert [one["job_id"] for one in listed] == [job["job_id"]]
    assert world.sign_in("alba-owner").get(f"/api/v1/jobs/{job['job_id']}").status_code == 404
    assert world.sign_in("alba-owner").post(f"/api/v1/jobs/{job['job_id']}/cancel").status_code == 404
    stopped = admin.post(f"/api/v1/jobs/{job['job_id']}/cancel").json()
    assert stopped["state"] == "cancelled"
    assert admin.post(f"/api/v1/jobs/{job['job_id']}/cancel").json() == stopped
