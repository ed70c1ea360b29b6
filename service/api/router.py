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
    jobs,
    matches,
    meeting_requests,
    merges,
    rights,
    schedules,
    suggestions,
)
from service.settings import Settings

__all__ = ["PREFIX", "api_router"]

PREFIX: Final = "/api/v1"

RESOURCES: Final[tuple[ModuleType, ...]] = (
    accounts,
    companies,
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


def api_router(settings: Settings) -> APIRouter:
    """All resources, each with its limit on bodies."""
    api = APIRouter()
    for module in (*RESOURCES, *UPLOADS):
        limit = settings.upload_max_mb * 1024**2 if module in UPLOADS else settings.body_max_kb * 1024
        api.include_router(module.router, prefix=PREFIX, max_body_size=limit)
    return api
