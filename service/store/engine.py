"""Connections to PostgreSQL: how a URL is read, how many there are, how long one waits."""

from __future__ import annotations

from typing import Final

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError

from recommender.errors import quoted
from service.errors import Misconfigured
from service.settings import Settings
from service.store.constraints import translated

__all__ = ["libpq_url", "make_engine", "sqlalchemy_url"]

DRIVER: Final = "postgresql+psycopg"


def sqlalchemy_url(url: str) -> URL:
    """`url` with the psycopg driver, whether it starts with postgres:// or postgresql://.

    Raises Misconfigured for anything that is no PostgreSQL address.
    """
    remedy = "Set DATABASE_URL to an address such as postgresql://user:password@host/reelmatch"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise Misconfigured("the database's address cannot be read", remedy) from None
    if parsed.drivername not in ("postgres", "postgresql", DRIVER):
        raise Misconfigured(f"the database is {quoted(parsed.drivername)}, not PostgreSQL", remedy)
    return parsed.set(drivername=DRIVER)


def libpq_url(url: str) -> str:
    """`url` as libpq, psql and the job queue read it; holds the password."""
    return sqlalchemy_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def make_engine(url: str, settings: Settings) -> Engine:
    """An engine for one process; make it after a fork.

    Its errors are ServiceErrors. No prepared statements, so that it works behind PgBouncer in transaction mode.
    """
    engine = create_engine(
        sqlalchemy_url(url),
        pool_size=settings.pool_size,
        max_overflow=settings.pool_overflow,
        pool_timeout=settings.pool_timeout_s,
        pool_pre_ping=True,
        connect_args={"prepare_threshold": None, "connect_timeout": settings.connect_timeout_s},
    )
    event.listen(engine, "handle_error", _tell_people)
    return engine


def _tell_people(context: ExceptionContext) -> None:
    if context.is_pre_ping:
        return
    error = translated(context.original_exception)
    if error is not None:
        raise error from context.original_exception
