"""Structured logs: one JSON object a line, with the request id and the bundle in force, without secrets."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final, TextIO

import structlog
from structlog.contextvars import get_contextvars, merge_contextvars
from structlog.typing import EventDict, Processor, WrappedLogger

__all__ = ["configure", "request_id", "scrubbed"]

_SECRET_NAME: Final = re.compile(
    r"(password|token|secret|authorization|cookie|api[-_]?key|hash)$", re.IGNORECASE
)
_SECRET_TEXT: Final = re.compile(
    r"(rm_[0-9a-f]{12})_[0-9a-f]+"  # an API key: its prefix may be shown
    r"|(?<=://)([^\s/:@]+):[^\s/@]+(?=@)"  # the password in a database's URL
    r"|\$argon2[^\s'\"]+"
)
_GONE: Final = "[removed]"


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to whatever standard error is at the time."""

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, _: TextIO) -> None:
        pass


def configure(level: str = "info", *, bundle: Callable[[], str | None] = lambda: None) -> None:
    """Send the logs of the service and of its libraries to standard error, as JSON.

    bundle: the version in force, asked for at each line.
    """

    def add_bundle(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event.setdefault("bundle", bundle())
        return event

    shared: list[Processor] = [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_bundle,
    ]
    handler = _Stderr()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                scrubbed,
                structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [*(old for old in root.handlers if not isinstance(old, _Stderr)), handler]
    root.setLevel(level.upper())
    # The access log of the server would repeat ours, without the request id.
    logging.getLogger("uvicorn.access").disabled = True
    # It tells of itself whenever somebody asks for the revision, as every look at /health/ready does.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # The encoder would draw a bar between the lines; read when its library is loaded, here or in a child.
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def request_id() -> str:
    """The id of the request that is being answered, "" outside of one."""
    return str(get_contextvars().get("request_id", ""))


def scrubbed(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The event without secrets: fields named like one are emptied, texts that look like one are cut."""
    return {name: _scrub(name, value) for name, value in event.items()}


def _scrub(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(inner): _scrub(str(inner), item) for inner, item in value.items()}
    if isinstance(value, list | tuple):
        return [_scrub(name, item) for item in value]
    if value and _SECRET_NAME.search(name):
        return _GONE
    return _SECRET_TEXT.sub(_shown, value) if isinstance(value, str) else value


def _shown(match: re.Match[str]) -> str:
    prefix, user = match[1], match[2]
    if prefix:
        return f"{prefix}_{_GONE}"
    return f"{user}:{_GONE}" if user else _GONE
