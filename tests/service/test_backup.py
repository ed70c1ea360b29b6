"""Real pg_dump and pg_restore; a restored service must be equal in every table, every rule and every file."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr

from service.backup import Kept, backup, restore
from service.domain.words import Scope
from service.errors import Conflict, Misconfigured, Unavailable
from service.security.actor import Actor
from service.settings import Settings
from service.store.engine import libpq_url
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases import keys
from tests.service import make
from tests.service.every_table import fill_every_table
from tests.service.world import populate

VERSION = "20260101-0123456789"


@pytest.fixture
def filled(settings: Settings, uow: UnitOfWorkFactory) -> Settings:
    """A service with people, films, rights, a deal, feedback, and a bundle store."""
    populate(uow)
    with uow() as tx:
        make.trade(tx)
        tx.rights.add(make.held("film", "agent"))
        tx.rights.add(make.sold("film", "agent", "buyer"))
        tx.deals.add(make.deal("film", "fr", agent_id="agent"))
        tx.films.add(make.film(title="קיץ אחרון ☀️ \\ 'quoted'"))
        tx.jobs.defer("embed", {"text": "waits"})
        tx.commit()
    scopes = [Scope.READ]
    keys.make_key(uow, Actor.system("test"), name="reader", company_id="agent", scopes=scopes)
    bundle = settings.data_dir / "bundles" / VERSION
    bundle.mkdir(parents=True)
    (bundle / "vectors.npz").write_bytes(os.urandom(10_000))
    (bundle / "manifest.json").write_text("{}")
    (bundle.parent / "CURRENT").write_text(VERSION)
    (bundle.parent / ".new-1234").mkdir()
    (bundle.parent / ".new-1234" / "half").write_text("half-written")
    return settings


@pytest.fixture
def empty(make_database: Callable[..., str], tmp_path: Path) -> Settings:
    """Another installation, with nothing in it."""
    return Settings(database_url=SecretStr(make_database()), data_dir=tmp_path / "other")


def _url(settings: Settings) -> str:
    assert settings.database_url is not None
    return libpq_url(settings.database_url.get_secret_value())


def _tables(settings: Settings) -> dict[str, list[str]]:
    """Every row of every table, and where each sequence stands."""
    with psycopg.connect(_url(settings)) as connection:
        names = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        ).fetchall()
        found = {name: _rows(connection, sql.Identifier(name)) for (name,) in names}
        return found | {"sequences": _rows(connection, sql.SQL("pg_sequences"))} if found else found


def _rows(connection: psycopg.Connection, table: sql.Composable) -> list[str]:
    query = sql.SQL("SELECT row(x.*)::text FROM {} x ORDER BY 1").format(table)
    return [row[0] for row in connection.execute(query)]


def _rules(settings: Settings) -> list[tuple[object, ...]]:
    """Constraints, indexes, triggers, functions and enums as PostgreSQL writes them down."""
    queries = (
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT tgname, pg_get_triggerdef(oid), tgenabled::text FROM pg_trigger WHERE NOT tgisinternal",
        "SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND prokind = 'f'",
        "SELECT enumtypid::regtype::text, enumlabel FROM pg_enum",
        "SELECT table_name, column_name, data_type, column_default, is_nullable, is_identity"
        " FROM information_schema.columns WHERE table_schema = 'public'",
    )
    with psycopg.connect(_url(settings)) as connection:
        return sorted((row for query in queries for row in connection.execute(query).fetchall()), key=repr)


def _files(settings: Settings) -> dict[str, bytes]:
    root = settings.data_dir / "bundles"
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".new-" not in path.as_posix()
    }


FILLED_BY_THE_WORKER = {"procrastinate_periodic_defers", "procrastinate_workers", "procrastinate_events"}


def test_a_restored_service_is_equal_in_every_table_rule_and_file(
    filled: Settings, empty: Settings, uow: UnitOfWorkFactory, tmp_path: Path
) -> None:
    fill_every_table(uow, filled)
    made = backup(filled, tmp_path / "backup")
    assert restore(empty, tmp_path / "backup") == made
    assert made.bundles == 1
    tables = _tables(empty)
    assert tables == _tables(filled)
    assert {name for name, rows in tables.items() if not rows} <= FILLED_BY_THE_WORKER
    assert _rules(empty) == _rules(filled)
    assert _files(empty) == _files(filled)
    assert set(_files(empty)) == {"CURRENT", f"{VERSION}/vectors.npz", f"{VERSION}/manifest.json"}


def test_a_restored_database_still_enforces_the_rules_and_numbers_on(
    filled: Settings, empty: Settings, tmp_path: Path
) -> None:
    backup(filled, tmp_path / "backup")
    restore(empty, tmp_path / "backup")
    with psycopg.connect(_url(empty)) as connection:
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute(
                "INSERT INTO companies (company_id, name) SELECT company_id, name FROM companies"
            )
        connection.rollback()
        before = connection.execute("SELECT max(id) FROM companies").fetchone()
        connection.execute("INSERT INTO companies (company_id, name) VALUES ('new', 'New')")
        after = connection.execute("SELECT max(id) FROM companies").fetchone()
    assert before is not None
    assert after is not None
    assert after[0] > before[0]


def test_a_database_that_is_not_empty_is_left_alone(
    filled: Settings, uow: UnitOfWorkFactory, tmp_path: Path
) -> None:
    backup(filled, tmp_path / "backup")
    before = _tables(filled)
    with pytest.raises(Conflict, match=r"the database is not empty.*name one in DATABASE_URL"):
        restore(filled, tmp_path / "backup")
    assert _tables(filled) == before


@pytest.mark.parametrize("damage", ["alter", "remove", "add", "cut"])
def test_a_damaged_backup_is_refused_before_anything_is_written(
    filled: Settings, empty: Settings, tmp_path: Path, damage: str
) -> None:
    folder = tmp_path / "backup"
    backup(filled, folder)
    victim = folder / "bundles" / VERSION / "vectors.npz"
    if damage == "alter":
        victim.write_bytes(b"x" * 10_000)
    elif damage == "remove":
        victim.unlink()
    elif damage == "add":
        victim.with_name("more").touch()
    else:
        whole = (folder / "database.dump").read_bytes()
        (folder / "database.dump").write_bytes(whole[:-50])
    with pytest.raises(Misconfigured, match="incomplete or altered"):
        restore(empty, folder)
    assert _tables(empty) == {}
    assert not (empty.data_dir / "bundles").exists()


def test_a_folder_without_a_manifest_is_no_backup(empty: Settings, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="is no backup"):
        restore(empty, tmp_path)


def test_a_backup_of_another_format_is_not_guessed_at(
    filled: Settings, empty: Settings, tmp_path: Path
) -> None:
    backup(filled, tmp_path / "backup")
    manifest = tmp_path / "backup" / "MANIFEST.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "format": 99}))
    with pytest.raises(Misconfigured, match="has the format 99, not 1"):
        restore(empty, tmp_path / "backup")


def test_another_bundle_of_the_same_name_is_not_overwritten(
    filled: Settings, empty: Settings, tmp_path: Path
) -> None:
    backup(filled, tmp_path / "backup")
    other = empty.data_dir / "bundles" / VERSION / "vectors.npz"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"another")
    with pytest.raises(Conflict, match="has another"):
        restore(empty, tmp_path / "backup")
    assert other.read_bytes() == b"another"
    assert _tables(empty) == {}


def test_only_its_owner_may_read_a_backup(filled: Settings, tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        backup(filled, tmp_path / "backup")
    finally:
        os.umask(before)
    kept = [tmp_path / "backup", *(tmp_path / "backup").rglob("*")]
    assert len(kept) > 4
    assert not [path for path in kept if path.stat().st_mode & 0o077]


def test_an_existing_folder_is_never_overwritten(filled: Settings, tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    with pytest.raises(Conflict, match="is there already"):
        backup(filled, tmp_path / "backup")


def test_a_failed_backup_leaves_nothing_behind(filled: Settings, tmp_path: Path) -> None:
    away = filled.model_copy(update={"database_url": SecretStr("postgresql://h@127.0.0.1:1/none")})
    with pytest.raises(Unavailable, match="the database does not answer"):
        backup(away, tmp_path / "backup")
    assert not [path.name for path in tmp_path.iterdir() if "backup" in path.name]


def test_the_password_is_not_among_the_arguments(
    filled: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    real = subprocess.run

    def noting(command: list[str], **options: object) -> object:
        seen.append(command)
        return real(command, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", noting)
    url = _url(filled).replace("postgres:@", "postgres:not-for-ps@")
    backup(filled.model_copy(update={"database_url": SecretStr(url)}), tmp_path / "backup")
    assert seen
    assert "not-for-ps" not in str(seen)


def test_it_says_how_much_there_is(filled: Settings, tmp_path: Path) -> None:
    kept: Kept = backup(filled, tmp_path / "backup")
    on_disk = sum(path.stat().st_size for path in (tmp_path / "backup").rglob("*") if path.is_file())
    manifest = (tmp_path / "backup" / "MANIFEST.json").stat().st_size
    assert kept.size_bytes == on_disk - manifest
