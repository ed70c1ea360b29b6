"""The application on a real database."""

import logging
import re
from collections.abc import Callable, Iterator

import psycopg
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from psycopg import sql

from service.app import create_app
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from tests.service.world import PASSWORDS, World, populate


@pytest.fixture
def api_settings(settings: Settings) -> Settings:
    """As `settings`, without limits that many requests of one test would reach."""
    return settings.model_copy(update={"rate_per_minute": 100_000, "rate_anonymous_per_minute": 100_000})


@pytest.fixture
def app(api_settings: Settings) -> FastAPI:
    """The application, not started yet."""
    return create_app(api_settings, passwords=PASSWORDS)


@pytest.fixture
def web(app: FastAPI) -> Iterator[TestClient]:
    """A client that nobody signed in with; the application runs."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    with TestClient(app) as client:
        yield client
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def world(app: FastAPI, web: TestClient, uow: UnitOfWorkFactory) -> World:
    """The companies and their people, stored, and the application running."""
    populate(uow)
    return World(uow, app)


@pytest.fixture
def dump(database_url: str) -> Callable[[], str]:
    """Everything that is stored, as text."""

    def read() -> str:
        with psycopg.connect(database_url) as connection:
            names = connection.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            ).fetchall()
            rows = [
                connection.execute(
                    sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(name))
                ).fetchall()
                for (name,) in names
            ]
        # Texts inside bytea columns too.
        text = str(rows)
        hidden = [
            bytes.fromhex(found).decode("latin-1") for found in re.findall(r"\\x((?:[0-9a-f]{2})+)", text)
        ]
        return text + str(hidden)

    return read


@pytest.fixture
def organiser(world: World) -> Iterator[TestClient]:
    """The owner of marche, signed in; workers of the test leave the logs as they were."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield world.sign_in("marche-owner")
    root.handlers[:] = handlers
    root.setLevel(level)
