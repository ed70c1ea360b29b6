"""The commands on a real database, as an administrator of the server runs them."""

import io
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service.cli import main
from service.cli.commands import retrain
from service.domain.jobs import JobRun
from service.domain.words import JobState
from service.security.identity import Passwords
from service.settings import PREFIX
from service.store import migrate
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases import people
from service.usecases.accounts import actor_of_key
from tests.service import make
from tests.service.make import film

SAMPLE = Path(__file__).resolve().parents[3] / "data" / "sample"
FILMS = "film_id;Titre;year;synopsis\na;The Ferry;2025;A ferry in a storm.\nb;No Year;soon;A letter.\n"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> Iterator[None]:
    """This test's database and folder; what logging was is put back."""
    import os

    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("REELMATCH_DATA_DIR", str(tmp_path))
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_migrate_says_where_the_database_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate"]) == 0
    assert f"is at revision {migrate.head()}" in capsys.readouterr().out


def test_a_folder_is_imported_once(capsys: pytest.CaptureFixture[str], uow: UnitOfWorkFactory) -> None:
    assert main(["import", str(SAMPLE)]) == 0
    assert "0 unchanged, 0 refused" in capsys.readouterr().out
    assert main(["import", str(SAMPLE)]) == 0
    assert "0 added, 0 changed" in capsys.readouterr().out
    with uow() as tx:
        assert tx.films.get("f240").owner_id is None


def test_a_file_is_tried_mapped_and_imported_with_its_problems_told(
    capsys: pytest.CaptureFixture[str], uow: UnitOfWorkFactory, tmp_path: Path
) -> None:
    file = tmp_path / "films.csv"
    file.write_text(FILMS)
    arguments = ["import", str(file), "--kind", "films", "--map", "Titre=title"]
    assert main([*arguments, "--dry-run"]) == 1
    assert "checked: 2 rows, 1 added" in capsys.readouterr().out
    assert main([*arguments, "--problems", str(tmp_path / "problems.csv")]) == 1
    assert "applied: 2 rows, 1 added, 0 changed, 0 unchanged, 1 refused" in capsys.readouterr().out
    assert "soon" in (tmp_path / "problems.csv").read_text(encoding="utf-8-sig")


def test_options_of_files_do_not_go_with_folders(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(SAMPLE), "--dry-run"]) == 2
    assert "--dry-run: this is for single files" in capsys.readouterr().err


def test_an_administrator_gets_a_password_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], uow: UnitOfWorkFactory
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("salt pans at low tide\n"))
    arguments = ["create-user", "--email", "ann@example.org", "--name", "Ann", "--administrator"]
    assert main([*arguments, "--password-stdin"]) == 0
    with uow() as tx:
        user = tx.accounts.user(capsys.readouterr().out.strip())
    assert user.is_administrator
    assert user.password_hash is not None
    assert user.password_hash.startswith("$argon2id$")
    assert people.set_up(uow) is None


def test_a_weak_password_is_refused_and_nobody_is_made(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], uow: UnitOfWorkFactory
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("12345\n"))
    arguments = ["create-user", "--email", "ann@example.org", "--name", "Ann", "--administrator"]
    assert main([*arguments, "--password-stdin"]) == 2
    assert capsys.readouterr().err.startswith("reelmatch: password: ")
    with uow() as tx:
        assert tx.accounts.user_by_email("ann@example.org") is None


def test_a_member_is_invited_by_a_link(capsys: pytest.CaptureFixture[str], uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        tx.companies.add(make.company("alba"))
        tx.commit()
    arguments = ["create-user", "--email", "ben@example.org", "--name", "Ben", "--company", "alba"]
    assert main([*arguments, "--role", "owner"]) == 0
    link = capsys.readouterr().out.strip()
    address, _, invitation = link.partition("#")
    assert address == "http://127.0.0.1:8000/welcome"
    user = people.accept_invitation(uow, Passwords(), invitation=invitation, password="salt pans at low tide")
    assert user.email == "ben@example.org"


def test_a_key_is_printed_alone_and_works(capsys: pytest.CaptureFixture[str], uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        tx.companies.add(make.company("alba"))
        tx.commit()
    assert main(["create-key", "--name", "n", "--company", "alba", "--scope", "match"]) == 0
    printed = capsys.readouterr()
    actor = actor_of_key(uow, printed.out.strip())
    assert actor.companies() == frozenset({"alba"})
    assert actor.scopes == frozenset({"match"})
    assert printed.out.strip() not in printed.err


def test_what_does_not_exist_is_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["create-key", "--name", "n", "--company", "none", "--scope", "read"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert main(["promote", "20260101-0123456789"]) == 2
    assert "no bundle has the id" in capsys.readouterr().err
    assert main(["rollback"]) == 2
    assert "no other bundle was in force before" in capsys.readouterr().err


def test_a_wrong_setting_stops_every_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REELMATCH_PROT", "80")
    assert main(["migrate"]) == 2
    assert "Did you mean REELMATCH_PORT?" in capsys.readouterr().err


def test_a_database_that_does_not_answer_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ann:hunter2@127.0.0.1:1/none")
    assert main(["create-key", "--name", "n", "--administrator", "--scope", "admin"]) == 2
    error = capsys.readouterr().err
    assert "Traceback" not in error
    assert "hunter2" not in error


def test_a_backup_goes_into_another_empty_database(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    uow: UnitOfWorkFactory,
    make_database: Callable[..., str],
    tmp_path: Path,
) -> None:
    with uow() as tx:
        tx.films.add(film("kept"))
        tx.commit()
    assert main(["backup", str(tmp_path / "copy")]) == 0
    assert "and 0 bundles" in capsys.readouterr().out
    assert main(["restore", str(tmp_path / "copy")]) == 2
    assert "is not empty" in capsys.readouterr().err
    monkeypatch.setenv("DATABASE_URL", make_database())
    monkeypatch.setenv("REELMATCH_DATA_DIR", str(tmp_path / "other"))
    assert main(["restore", str(tmp_path / "copy")]) == 0
    assert "restored the database as of" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        ("not_worse", "will be in a moment"),
        (
            "worse",
            "it is refused, and the one in force stays: correct the data, or raise REELMATCH_PROMOTE_TOLERANCE",
        ),
        ("not_compared", "`reelmatch promote 20261101-0123456789`"),
    ],
)
def test_retraining_says_what_became_of_the_bundle(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], verdict: str, told: str
) -> None:
    result = {"version": "20261101-0123456789", "comparison": {"verdict": verdict, "reason": "why"}}

    def done(uow: UnitOfWorkFactory, _: object, job_id: str) -> JobRun:
        with uow() as tx:
            tx.jobs.finish(job_id, JobState.SUCCEEDED, make.NOON, result=result)
            job = tx.jobs.get(job_id)
            tx.commit()
        return job

    monkeypatch.setattr(retrain, "followed", done)
    assert main(["retrain", "--wait"]) == 0
    said = capsys.readouterr().out
    assert "bundle 20261101-0123456789: why; it" in said
    assert told in said


def test_retraining_is_put_into_the_queue_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["retrain"]) == 0
    first = capsys.readouterr().out
    assert first.split()[1] == "queued"
    assert main(["retrain"]) == 0
    assert capsys.readouterr().out == first
