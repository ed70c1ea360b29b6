"""The agent's pages on a small stock; test modules about matches put a bundle in force besides."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from service.clock import now
from tests.service import make
from tests.service.world import World
from tests.tastes import WORDS


@pytest.fixture
def ready(world: World) -> World:
    """alba holds theatrical rights of its western `offer` in France and the United States."""
    western = make.film(
        "offer", "alba", title="The Draw", synopsis=WORDS["Western"], genres=("Western",), year=2019
    )
    with world.uow() as tx:
        tx.films.add(western)
        for territory in ("FR", "US"):
            tx.rights.add(make.held("offer", "alba", territory=territory, confirmed_on=now().date()))
        tx.commit()
    world.app.state.reelmatch.matchers.refresh()
    return world


@pytest.fixture
def ann(ready: World) -> TestClient:
    """A member of alba."""
    return ready.sign_in("alba-member")
