"""What the endpoints that ask the matcher need, and how they send what it answers."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import Depends, Response

from recommender.space.encoder import TextEncoder
from service.api.deps import StateDep, UowDep
from service.bundle_store import BundleStore
from service.errors import Unavailable
from service.matchers import MatcherHolder
from service.usecases.matching import Desk

__all__ = ["DeskDep", "EncoderDep", "StoreDep", "sent"]


async def _desk(state: StateDep, uow: UowDep) -> Desk:
    if not isinstance(state.matchers, MatcherHolder):
        raise Unavailable("no bundle is loaded yet", retry_after_s=5.0)
    return Desk(uow, state.matchers, state.settings, state.metrics.stage)


DeskDep = Annotated[Desk, Depends(_desk)]


async def _store(state: StateDep) -> BundleStore:
    return BundleStore.of(state.settings)


async def _encoder(state: StateDep) -> TextEncoder:
    return state.encoder


EncoderDep = Annotated[TextEncoder, Depends(_encoder)]
StoreDep = Annotated[BundleStore, Depends(_store)]


def sent(answer: dict[str, Any]) -> Response:
    """An answer that is JSON already, and need not be checked once more on its way out."""
    return Response(orjson.dumps(answer), media_type="application/json")
