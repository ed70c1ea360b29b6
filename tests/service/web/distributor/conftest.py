"""The pages of a distributor: lumen of France with its owner, and a film of alba's that is offered to it."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.app import create_app
from service.bundle_store import BundleStore
from service.clock import now
from service.domain.accounts import Membership
from service.domain.words import Role
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.embedding import embed_pending
from tests.service import make
from tests.service.bundled import publish_tastes, put_in_force
from tests.service.world import PASSWORDS, World
from tests.tastes import WORDS, WordEncoder


@pytest.fixture
def database_url(tastes_copy: str) -> str:
    return tastes_copy


@pytest.fixture
def app(api_settings: Settings, uow: UnitOfWorkFactory) -> FastAPI:
    """On a market whose bundle is in force."""
    put_in_force(uow, publish_tastes(BundleStore.of(api_settings)))
    return create_app(api_settings, passwords=PASSWORDS, encoder=WordEncoder())


@pytest.fixture
def ready(app: FastAPI, world: World) -> World:
    """With films that are offered, fr-western's company in lumen's place, and a viewer of it."""
    with world.uow() as tx:
        company_id = tx.distributors.get("fr-western").company_id
        for user_id, role in (("lumen-owner", Role.OWNER), ("nobody", Role.VIEWER)):
            tx.accounts.add_membership(Membership(user_id, company_id, role))
        for film_id, title, genre in (
            ("ferry", "The <b>Salt</b> Ferry", "Western"),
            ("cellar", "Cellar", "Horror"),
        ):
            text = f"{WORDS[genre]} <script>alert(1)</script>"
            tx.films.add(
                make.film(film_id, "alba", title=title, synopsis=text, genres=(genre,), sales_agent="Alba")
            )
            tx.rights.add(make.held(film_id, "alba", confirmed_on=now().date()))
        tx.commit()
    embed_pending(world.uow, WordEncoder(), lambda _done, _total: None)
    app.state.reelmatch.matchers.refresh()
    return world


@pytest.fixture
def lena(ready: World) -> TestClient:
    """The owner, looking at fr-western."""
    client = ready.sign_in("lumen-owner")
    assert client.get("/suggestions?profile=fr-western").status_code == 200
    return client
