from __future__ import annotations

import re
from pathlib import Path

import pytest

from service.errors import Misconfigured
from service.settings import PREFIX, Settings, load_settings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name == "DATABASE_URL" or name.startswith(PREFIX):
            monkeypatch.delenv(name)


def _variable(name: str) -> str:
    return "DATABASE_URL" if name == "database_url" else f"{PREFIX}{name.upper()}"


def _rows() -> dict[str, tuple[str, str]]:
    rows = re.findall(
        r"^\| `([A-Z_]+)` \| (.*?) \| (.*?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    return {name: (default, text) for name, default, text in rows}


def test_every_setting_is_documented_with_its_default_and_description() -> None:
    expected = {}
    for name, field in Settings.model_fields.items():
        default = (
            ""
            if field.default in (None, "")
            else f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"
        )
        expected[_variable(name)] = (default, field.description)
    assert _rows() == expected


def test_the_defaults_need_nothing() -> None:
    settings = load_settings()
    assert settings.database_url is None
    assert settings.port == 8000


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ann:secret@h/db")
    monkeypatch.setenv("REELMATCH_PORT", "9000")
    monkeypatch.setenv("REELMATCH_WORKER_IN_SERVE", "no")
    settings = load_settings()
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == "postgresql://ann:secret@h/db"
    assert (settings.port, settings.worker_in_serve) == (9000, False)


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("REELMATCH_PORT", "")
    assert load_settings() == Settings()


def test_wrong_settings_are_all_named_by_their_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REELMATCH_PORT", "70000")
    monkeypatch.setenv("REELMATCH_THREADS", "many")
    with pytest.raises(Misconfigured, match=r"REELMATCH_PORT: .*REELMATCH_THREADS: .*docs/settings\.md"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RETRAIN_CRON", "every day"),
        ("RETRAIN_CRON", "99 3 * * *"),
        ("SESSION_HOURS", "inf"),
        ("SESSION_IDLE_MINUTES", "1e300"),
        ("LOCKOUT_MINUTES", "nan"),
        ("IDEMPOTENCY_HOURS", "inf"),
        ("PASS_COOLDOWN_DAYS", "99999999999"),
        ("RIGHTS_STALE_DAYS", "999999999"),
        ("RUNS_KEEP_DAYS", "999999999"),
        ("HOLDOUT_DAYS", "99999999"),
        ("TRAIN_SEED", "99999999999"),
        ("PUBLIC_URL", "films.example.org"),
        ("PUBLIC_URL", "ftp://films.example.org"),
        ("PUBLIC_URL", "https://"),
    ],
)
def test_what_could_not_work_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"REELMATCH_{name}", value)
    with pytest.raises(Misconfigured, match=f"REELMATCH_{name}: "):
        load_settings()


def test_an_address_is_kept_one_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REELMATCH_PUBLIC_URL", "HTTPS://films.example.org/")
    monkeypatch.setenv("REELMATCH_RETRAIN_CRON", "@daily")
    assert load_settings().public_url == "https://films.example.org"


def test_a_misspelt_setting_is_refused_with_the_right_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REELMATCH_PROT", "9000")
    with pytest.raises(Misconfigured, match=r"REELMATCH_PROT is no setting\. Did you mean REELMATCH_PORT\?"):
        load_settings()


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ann:secret@h/db")
    monkeypatch.setenv("REELMATCH_METRICS_TOKEN", "secret")
    assert "secret" not in repr(load_settings())
