"""The web application: `create_app(settings)`, served by `reelmatch serve`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache
from importlib.metadata import version
from typing import Final

import anyio.to_thread
from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute

from recommender.space.encoder import TextEncoder
from service import logs
from service.api import health, problems
from service.api.deps import is_https
from service.api.description import description_of
from service.api.metrics import Metrics, kept_for
from service.api.middleware import Gatekeeper, RequestContext
from service.api.router import PREFIX, include_api
from service.bundle_store import BundleStore
from service.errors import Misconfigured
from service.matchers import MatcherHolder
from service.security.identity import Passwords
from service.security.throttle import Rates
from service.settings import Settings, load_settings
from service.state import AppState
from service.store.engine import libpq_url, make_engine
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.accounts import Doorkeeper
from service.usecases.embedding import TimedEncoder, encoder_of
from service.usecases.jobs import open_jobs, waiting_tasks
from service.usecases.quality import drift
from service.web import site
from service.web.errors import tell

__all__ = ["create_app"]

_DRIFT_S: Final = 600.0
"""Seconds between two looks at what came of the probabilities that were shown."""

_LOADED_S: Final = 30.0
"""The longest that a bundle in force is waited for when the application starts; a large one takes seconds."""

DESCRIPTION: Final = """
Which distributors should see a film, in which territory, how likely each of them takes it, and why.

Programs send an API key as `Authorization: Bearer rm_...`; browsers sign in at `/api/v1/sessions` and send the
`csrf_token` of that answer as `X-CSRF-Token` with every request that changes something. Lists come in pages: ask
again with `next_cursor` as `cursor`. Updates send the `ETag` they read as `If-Match`. A write with an
`Idempotency-Key` is carried out once, however often it is sent. Every error is a problem of RFC 9457 that names field
and remedy.
"""


def create_app(
    settings: Settings | None = None,
    *,
    passwords: Passwords | None = None,
    encoder: TextEncoder | None = None,
) -> FastAPI:
    """An application on the database that `settings` names; without settings they are read from the environment.

    passwords: how they are hashed. encoder: of films that are described, by default the one that the settings name.
    Nothing is opened before the application starts.
    """
    settings = settings or load_settings()
    metrics = Metrics()
    rates = Rates(signed_in=settings.rate_per_minute, anonymous=settings.rate_anonymous_per_minute)
    app = FastAPI(
        title="Reelmatch",
        version=version("reelmatch"),
        description=DESCRIPTION,
        openapi_url=f"{PREFIX}/openapi.json",
        # The pages of FastAPI load scripts from elsewhere, which the Content-Security-Policy forbids.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan(settings, metrics, rates, passwords, encoder),
    )
    https = is_https(settings)
    app.add_middleware(
        Gatekeeper,
        rates=rates,
        metrics=metrics,
        https=https,
        trusted_proxies=settings.trusted_proxies,
        tell=tell,
    )
    app.add_middleware(RequestContext, metrics=metrics, https=https, tell=tell)
    problems.install(app, tell)
    app.router.routes.extend(_routes(settings.body_max_kb * 1024, settings.upload_max_mb * 1024**2))
    site.install(app)
    app.openapi = description_of(app)  # type: ignore[method-assign]
    return app


@cache
def _routes(body_max: int, upload_max: int) -> tuple[BaseRoute, ...]:
    """Everything that is answered, with the limits of bodies in bytes.

    Made once a process: to make it is nearly all that an application costs, and tests make one after the other.
    Included in one step, since each further one makes all routes once more.
    """
    every = APIRouter()
    include_api(every, body_max, upload_max)
    every.include_router(health.router)
    site.include_pages(every, body_max, upload_max)
    return tuple(every.routes)


def _lifespan(
    settings: Settings,
    metrics: Metrics,
    rates: Rates,
    passwords: Passwords | None,
    encoder: TextEncoder | None,
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if settings.database_url is None:
            raise Misconfigured("no database is set", "Set DATABASE_URL, or use `reelmatch serve`")
        engine = make_engine(settings.database_url.get_secret_value(), settings)
        state = AppState(
            settings=settings,
            engine=engine,
            uow=UnitOfWorkFactory(engine, settings.statement_timeout_s),
            door=Doorkeeper.of(settings, passwords or Passwords()),
            rates=rates,
            metrics=metrics,
        )
        app.state.reelmatch = state
        logs.configure(settings.log_level, bundle=lambda: state.matchers.version if state.matchers else None)
        metrics.add_gauge(
            "bundle_age_seconds",
            "Time since the bundle in force was trained.",
            lambda: state.matchers.age_s if state.matchers else None,
        )
        anyio.to_thread.current_default_thread_limiter().total_tokens = settings.threads
        matchers = MatcherHolder(
            state.uow,
            BundleStore.of(settings),
            TimedEncoder(encoder or encoder_of(settings), metrics.stage),
            refresh_s=settings.refresh_s,
            url=libpq_url(settings.database_url.get_secret_value()),
        )
        state.matchers = matchers
        metrics.add_gauge("open_jobs", "Jobs that wait or run.", lambda: open_jobs(state.uow), label="state")
        metrics.add_gauge(
            "waiting_tasks", "Tasks that wait for a worker.", lambda: waiting_tasks(state.uow), label="task"
        )
        metrics.add_gauge(
            "settled_deals",
            "Of films that were shown and have an announced deal since: deals expected, and those that came.",
            kept_for(_DRIFT_S, lambda: drift(state.uow)),
            label="which",
        )
        matchers.start()
        # Requests wait at the door meanwhile: a replica that starts beside others would answer them 503.
        await anyio.to_thread.run_sync(matchers.wait_for_first, _LOADED_S)
        try:
            yield
        finally:
            await anyio.to_thread.run_sync(matchers.stop)
            engine.dispose()

    return lifespan
