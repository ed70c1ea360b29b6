"""The small event: as it is imported, and published."""

from __future__ import annotations

import pytest

from service.domain.events import Event
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.events import schedules
from tests.service.usecases.events import market
from tests.service.usecases.events.market import ORGANISER
from tests.service.usecases.events.planned import plan


@pytest.fixture
def event(uow: UnitOfWorkFactory) -> Event:
    market.companies(uow)
    return market.small_event(uow)


@pytest.fixture
def published(uow: UnitOfWorkFactory, settings: Settings, event: Event) -> Event:
    plan(uow, settings, event)
    schedules.publish(uow, ORGANISER, event.event_id, 1, 1)
    return event
