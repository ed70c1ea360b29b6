"""`reelmatch serve`: a database, its migrations, a market, a bundle, a worker and HTTP, and their orderly end.

With DATABASE_URL it is one replica of many; without it everything runs on this machine.
"""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Thread
from types import FrameType
from typing import Final

import uvicorn

from recommender.errors import EncoderError
from service import logs
from service.app import create_app
from service.bundle_store import BundleStore
from service.errors import Misconfigured
from service.first_steps import prepare, sample_people
from service.links import invitation_link
from service.settings import Settings
from service.side_worker import SideWorker
from service.store import migrate
from service.store.opening import database_url, open_store, running_database
from service.usecases.embedding import encoder_of
from service.web import charts

__all__ = ["serve", "stopping_in_order"]

GRACE_S: Final = 20
"""For requests under way when the service is told to stop."""


def serve(settings: Settings, tell: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl-C; requests under way are finished first.

    tell: for a line to the person who started it, apart from the logs. Raises Misconfigured where the address is
    taken or the database cannot be used, Unavailable without one.
    """
    logs.configure(settings.log_level)
    _require_what_is_named(settings)
    with ExitStack() as ends:
        ends.enter_context(stopping_in_order())
        listener = ends.enter_context(_listener(settings))
        running = ends.enter_context(running_database(_reached(settings, listener)))
        migrate.upgrade(database_url(running))
        with open_store(running) as uow:
            is_our_own = settings.database_url is None
            has_sample = is_our_own and settings.sample_market
            invitation = prepare(uow, with_sample=has_sample)
            people = sample_people(uow) if has_sample and settings.sample_people else ()
        if running.worker_in_serve:
            ends.enter_context(SideWorker(running))
        tell(f"Reelmatch listens on {_address(listener)}")
        if invitation is not None:
            tell(
                f"Nobody administrates this yet. Become the administrator: {invitation_link(running, invitation)}"
            )
        for person in people:
            tell(f"Sign in as a {person.who} ({person.company}): {person.email} with {person.password}")
        config = uvicorn.Config(
            create_app(running),
            log_config=None,
            access_log=False,
            server_header=False,
            # X-Forwarded-For is read by the service itself, as far as trusted_proxies says.
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_S,
        )
        Thread(target=charts.warm_up, name="charts", daemon=True).start()
        uvicorn.Server(config).run([listener])


def _require_what_is_named(settings: Settings) -> None:
    """The store of bundles and the encoder: learnt at the start, not by whoever describes the first film."""
    BundleStore.of(settings)
    try:
        encoder_of(settings)
    except EncoderError as error:
        raise Misconfigured(
            f"REELMATCH_ENCODER is wrong: {error}",
            "Correct it, or leave it out for the model that comes along",
        ) from error


@contextmanager
def stopping_in_order() -> Iterator[None]:
    """Let SIGTERM end this block as an error would, so that everything inside is closed; the status is 0."""

    def stop(_: int, __: FrameType | None) -> None:
        # Once is enough: a second one must not disturb the closing.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        sys.exit(0)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _listener(settings: Settings) -> socket.socket:
    """Taken first: whoever starts a second one by mistake learns it at once."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise Misconfigured(
            f"{settings.host}:{settings.port} cannot be listened on: {error.strerror or error}",
            "Stop what listens there, or set REELMATCH_HOST and REELMATCH_PORT",
        ) from error


def _reached(settings: Settings, listener: socket.socket) -> Settings:
    """Where nobody says how people reach it, they do so on this machine, at the port it has."""
    if "public_url" in settings.model_fields_set:
        return settings
    return settings.model_copy(update={"public_url": f"http://127.0.0.1:{listener.getsockname()[1]}"})


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
