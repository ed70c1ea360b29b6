"""Which resource modules there are, and the path they live under."""

from __future__ import annotations

from types import ModuleType
from typing import Final

from fastapi import APIRouter

from service.api import (
    accounts,
    agendas,
    avails,
    bundles,
    companies,
    comparables,
    deals,
    distributors,
    event_files,
    event_imports,
    event_people,
    events,
    exports,
    feedback,
    films,
    import_files,
    imports,
    invitations,
    jobs,
    matches,
    meeting_requests,
    merges,
    rights,
    schedules,
    suggestions,
)

__all__ = ["PREFIX", "include_api"]

PREFIX: Final = "/api/v1"

RESOURCES: Final[tuple[ModuleType, ...]] = (
    accounts,
    companies,
    invitations,
    films,
    distributors,
    rights,
    avails,
    deals,
    feedback,
    meeting_requests,
    imports,
    merges,
    exports,
    matches,
    suggestions,
    comparables,
    bundles,
    jobs,
    events,
    event_people,
    schedules,
    agendas,
    event_files,
)
"""Each has a `router` whose route_class is IdempotentRoute."""

UPLOADS: Final[tuple[ModuleType, ...]] = (import_files, event_imports)
"""Those whose bodies are files and may be as large as an upload."""


def include_api(router: APIRouter, body_max: int, upload_max: int) -> None:
    """Let `router` answer for all resources, each with its limit on bodies in bytes."""
    for module in (*RESOURCES, *UPLOADS):
        limit = upload_max if module in UPLOADS else body_max
        router.include_router(module.router, prefix=PREFIX, max_body_size=limit)
