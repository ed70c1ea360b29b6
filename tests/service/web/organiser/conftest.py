"""A small event of the organiser of tests/service/world.py; s1 is of alba, b1 of lumen."""

from __future__ import annotations

import pytest

from service.domain.events import Event
from service.settings import Settings
from tests.service.organising import planned, small_event
from tests.service.web.conftest import api_settings, app, web, world
from tests.service.world import World

__all__ = ["api_settings", "app", "web", "world"]


@pytest.fixture
def event(world: World) -> Event:
    """Two sellers, two buyers, three slots, two tables, values from a file; nothing is planned."""
    return small_event(world.uow)


@pytest.fixture
def drafted(world: World, event: Event, api_settings: Settings) -> Event:
    """The same with a first draft of all four meetings."""
    planned(world.uow, api_settings, event)
    return event
