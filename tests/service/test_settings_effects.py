"""Every setting is obeyed somewhere; here, those that no other test is about."""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.pool import QueuePool

from service import logs
from service.app import create_app
from service.bundle_store import BundleStore
from service.clock import frozen_at, now
from service.domain.imports import ImportFile
from service.errors import Misconfigured
from service.running import serve
from service.settings import Settings
from service.store.engine import make_engine
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.accounts import Doorkeeper
from service.usecases.housekeeping import forget_the_old
from tests.service import make
from tests.service.bundled import publish_tastes
from tests.service.keys_of_before import let_pass
from tests.service.world import PASSWORDS

SERVICE = Path(__file__).resolve().parents[2] / "service"


def test_every_setting_is_read_somewhere() -> None:
    read = {
        node.attr
        for path in SERVICE.rglob("*.py")
        if path.name != "settings.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    }
    assert set(Settings.model_fields) <= read


def test_sessions_end_when_the_settings_say() -> None:
    door = Doorkeeper.of(Settings(session_hours=2.0, session_idle_minutes=30.0), PASSWORDS)
    with frozen_at(make.NOON):
        assert door.expiry(make.NOON) == make.NOON + timedelta(minutes=30)
        assert door.expiry(make.NOON - timedelta(minutes=100)) == make.NOON + timedelta(minutes=20)


def test_guessing_is_locked_out_as_the_settings_say() -> None:
    here = Doorkeeper.of(Settings(login_attempts=3, lockout_minutes=4.0), PASSWORDS).lock_out.here
    assert (here.wait(2), here.wait(3)) == (timedelta(), timedelta(seconds=1))
    assert here.wait(50) == timedelta(minutes=4)


def test_no_body_is_larger_than_the_settings_allow(settings: Settings) -> None:
    small = settings.model_copy(update={"body_max_kb": 1, "upload_max_mb": 1})
    with TestClient(create_app(small, passwords=PASSWORDS)) as web:
        assert web.post("/api/v1/sessions", content=b"x" * 1025).status_code == 413
        assert web.post("/api/v1/sessions", content=b"x" * 1000).status_code != 413
        file = {"file": ("films.csv", b"x" * (1024**2 + 1))}
        assert web.post("/api/v1/import-files", files=file).status_code == 413
        file = {"file": ("films.csv", b"x" * 1025)}
        assert web.post("/api/v1/import-files", files=file).status_code == 401


def test_bundles_lie_where_the_settings_say(tmp_path: Path) -> None:
    here = Settings(data_dir=tmp_path / "data")
    elsewhere = here.model_copy(update={"bundles_url": (tmp_path / "elsewhere").as_uri()})
    version = publish_tastes(BundleStore.of(elsewhere)).version
    assert any((tmp_path / "elsewhere").rglob(version))
    assert not BundleStore.of(here).has(version)
    version = publish_tastes(BundleStore.of(here), seed=1).version
    assert any((tmp_path / "data" / "bundles").rglob(version))


def test_connections_are_limited_by_the_settings(database_url: str) -> None:
    engine = make_engine(database_url, Settings(pool_size=1, pool_overflow=2, connect_timeout_s=7))
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    assert (pool.size(), pool._max_overflow) == (1, 2)
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        assert driver.info.get_parameters()["connect_timeout"] == "7"
    engine.dispose()


def test_a_statement_takes_as_long_as_the_settings_allow(database_url: str, settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"statement_timeout_s": 3.5}), passwords=PASSWORDS)
    with TestClient(app), app.state.reelmatch.uow() as tx:
        assert tx._connection.execute(text("SHOW statement_timeout")).scalar_one() == "3500ms"


def test_imports_and_answers_are_forgotten_when_the_settings_say(
    uow: UnitOfWorkFactory, settings: Settings
) -> None:
    known = settings.model_copy(update={"imports_keep_days": 3, "idempotency_hours": 5.0})
    with uow() as tx:
        for days in (2, 4):
            at = now() - timedelta(days=days)
            tx.imports.add_file(
                ImportFile(f"file-{days}", "a.csv", sha256(b"a").digest(), 1, None, "ann", at, b"a")
            )
        tx.idempotency.claim("ann", "six hours", bytes(32))
        tx.commit()
    let_pass(uow, timedelta(hours=2))
    with uow() as tx:
        tx.idempotency.claim("ann", "four hours", bytes(32))
        tx.commit()
    let_pass(uow, timedelta(hours=4))
    forgotten = forget_the_old(uow, BundleStore.of(known), known)
    assert (forgotten["imports"], forgotten["answers"]) == (1, 1)


@pytest.fixture
def _logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("_logs_as_before")
def test_only_what_is_severe_enough_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("warning")
    logging.getLogger("somebody").info("little")
    logging.getLogger("somebody").warning("much")
    told = capsys.readouterr().err
    assert ("much" in told, "little" in told) == (True, False)


def test_a_model_that_is_not_there_is_told_before_anything_starts(settings: Settings) -> None:
    told: list[str] = []
    with pytest.raises(Misconfigured, match=r"REELMATCH_ENCODER is wrong: .*no/such/model"):
        serve(settings.model_copy(update={"encoder": "/no/such/model"}), told.append)
    with pytest.raises(Misconfigured, match="zzz"):
        serve(settings.model_copy(update={"bundles_url": "zzz://bundles"}), told.append)
    assert told == []
