"""Every setting of the service, read from the environment: DATABASE_URL, and REELMATCH_<NAME> for the rest.

docs/settings.md lists them with the descriptions below; a test keeps both the same.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from croniter import croniter
from pydantic import AfterValidator, AliasChoices, Field, PositiveInt, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.errors import FieldProblem, Misconfigured

__all__ = ["PREFIX", "Settings", "load_settings"]

PREFIX: Final = "REELMATCH_"

_OF_THE_RECOMMENDER: Final = "REELMATCH_CACHE"
"""The recommender reads it by itself."""

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Days = Annotated[int, Field(ge=1, le=36_500)]
Hours = Annotated[float, Field(gt=0.0, le=87_600.0)]
Minutes = Annotated[float, Field(gt=0.0, le=525_600.0)]
Seconds = Annotated[float, Field(gt=0.0, le=86_400.0)]
"""Bounds beyond which a date or a wait can no longer be worked out, and no smaller ones: who sets it knows best."""


def _schedule(cron: str) -> str:
    if cron and not croniter.is_valid(cron):
        raise ValueError("this is no cron expression: write five fields such as 0 3 * * *, or leave it empty")
    return cron


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("this is no address: write it as https://films.example.org")
    return parts._replace(path=parts.path.rstrip("/")).geturl()


class Settings(BaseSettings):
    """The settings; each default suits one machine that tries Reelmatch out."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True)

    database_url: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("DATABASE_URL", "database_url"),
        description="PostgreSQL 14 or later, such as `postgresql://user:password@host/reelmatch`. Without it an "
        "embedded PostgreSQL starts in `data_dir`.",
    )
    data_dir: Path = Field(
        default=Path("reelmatch-data"),
        description="Folder for everything this machine keeps: the embedded PostgreSQL, local bundles, caches.",
    )
    bundles_url: str = Field(
        default="",
        description="Where bundles lie: a folder or any fsspec address such as `s3://bucket/bundles`. Empty: "
        "`bundles` in `data_dir`.",
    )

    pool_size: PositiveInt = Field(default=5, description="Connections each process keeps open.")
    pool_overflow: int = Field(
        default=5, ge=0, description="Further connections each process opens under load."
    )
    pool_timeout_s: Seconds = Field(
        default=2.0, description="Seconds a request waits for a connection before it is answered 503."
    )
    connect_timeout_s: PositiveInt = Field(
        default=3, ge=2, description="Seconds to wait while connecting to PostgreSQL."
    )
    statement_timeout_s: Seconds = Field(
        default=15.0, description="Seconds one SQL statement of a request may take."
    )

    host: str = Field(default="127.0.0.1", description="Address on which `serve` listens.")
    port: int = Field(
        default=8000, ge=0, le=65535, description="Port on which `serve` listens; 0 takes a free one."
    )
    public_url: Annotated[str, AfterValidator(_address)] = Field(
        default="http://127.0.0.1:8000",
        description="The address people use, for links and for deciding whether cookies need https.",
    )
    trusted_proxies: int = Field(
        default=0,
        ge=0,
        description="Number of proxies in front, whose X-Forwarded-For is believed when limits count by address.",
    )
    threads: PositiveInt = Field(
        default=8, description="Requests one process works on at once (about four a core)."
    )
    upload_max_mb: PositiveInt = Field(default=64, description="Largest upload, in megabytes.")
    body_max_kb: PositiveInt = Field(
        default=1024, description="Largest body of any other request, in kilobytes."
    )

    session_hours: Hours = Field(default=12.0, description="Hours until a signed-in person signs in again.")
    session_idle_minutes: Minutes = Field(
        default=120.0, description="Minutes without a request that end a session."
    )
    login_attempts: PositiveInt = Field(
        default=5, description="Wrong passwords in a row before an account is locked."
    )
    lockout_minutes: Minutes = Field(
        default=15.0, description="Minutes an account stays locked after guessing."
    )
    rate_per_minute: PositiveInt = Field(default=600, description="Requests a minute for each key or person.")
    rate_anonymous_per_minute: PositiveInt = Field(
        default=60, description="Requests a minute for each address that is not signed in."
    )

    encoder: str = Field(
        default="",
        description="sentence-transformers model or folder for texts. Empty: the model that comes with Reelmatch.",
    )
    pass_cooldown_days: Days = Field(default=365, description="Days a pass hides a film from a distributor.")
    rights_stale_days: Days = Field(
        default=180, description="Days after which a right that nobody confirmed is shown as stale."
    )
    refresh_s: Seconds = Field(
        default=1.0, description="Seconds between two looks for changes where no notification arrives."
    )

    worker_concurrency: PositiveInt = Field(default=1, description="Jobs one worker runs at once.")
    worker_in_serve: bool = Field(
        default=True, description="Whether `serve` runs a worker of its own; turn it off where `worker` runs."
    )
    sample_market: bool = Field(
        default=True,
        description="Whether `serve` loads the invented sample market into an empty embedded database.",
    )
    sample_people: bool = Field(
        default=False,
        description="Whether `serve` makes three people of the sample market and prints how they sign in, with new "
        "passwords at each start.",
    )
    retrain_cron: Annotated[str, AfterValidator(_schedule)] = Field(
        default="0 3 * * *", description="When to retrain, as a cron expression in UTC; empty turns it off."
    )
    train_seed: int = Field(default=0, ge=0, le=1_000_000_000, description="Seed of training.")
    holdout_days: Days = Field(
        default=365,
        description="Days of latest deals on which a new bundle is compared with the current one.",
    )
    promote_tolerance: Share = Field(
        default=0.0, description="How much worse in NDCG@10 a new bundle may be and still be promoted."
    )

    idempotency_hours: Hours = Field(
        default=24.0, description="Hours an answer to an idempotency key is kept."
    )
    runs_keep_days: Days = Field(
        default=180,
        description="Days recorded match runs are kept for replay, with the bundles that answered.",
    )
    imports_keep_days: Days = Field(
        default=90, description="Days uploaded files and their problems are kept."
    )

    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least severe message that is logged."
    )
    metrics_token: SecretStr | None = Field(
        default=None, description="Token for `/metrics`; without it only this machine may read them."
    )


def load_settings() -> Settings:
    """The settings of this process; raises Misconfigured that names each wrong or unknown variable."""
    _refuse_unknown(os.environ)
    try:
        return Settings()
    except ValidationError as error:
        problems = [
            FieldProblem(
                _variable(str(item["loc"][0])),
                item["msg"],
                "Correct the variable; docs/settings.md explains it",
            )
            for item in error.errors(include_input=False)
        ]
        listed = "; ".join(f"{problem.field}: {problem.message}" for problem in problems)
        raise Misconfigured(f"settings are wrong: {listed}", problems[0].remedy) from None


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    known = {_OF_THE_RECOMMENDER, *(f"{PREFIX}{name.upper()}" for name in Settings.model_fields)}
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known:
            close = get_close_matches(name, known, n=1)
            remedy = f"Did you mean {close[0]}?" if close else "docs/settings.md lists the settings"
            raise Misconfigured(f"{name} is no setting", remedy)


def _variable(name: str) -> str:
    return name if name == "DATABASE_URL" else f"{PREFIX}{name.upper().removeprefix(PREFIX)}"
