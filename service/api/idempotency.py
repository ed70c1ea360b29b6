"""The same request twice is carried out once: `Idempotency-Key` on writes.

A key is claimed, the request carried out, its answer kept. The commit of the use case marks the key in the
same transaction, so that even a process killed in between never lets the request be carried out again:

    claimed       nobody knows yet; taken over after STALE, when whoever claimed it must be gone. Should it be alive
                  after all, its commit fails: it marks the claim, which is another's by then
    carried out   committed, but the answer was not kept: told as a conflict, never repeated
    answered      the kept answer is given again
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from service.api.deps import authenticated, state_of
from service.api.problems import BadRequest
from service.domain.accounts import IdempotentAnswer
from service.errors import Conflict, Invalid, Unavailable
from service.phrases import phrase
from service.security.csrf import SAFE_METHODS
from service.state import AppState
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

__all__ = ["HEADER", "REPLAYED", "STALE", "IdempotentRoute", "keep_no_answer"]

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
STALE: Final = timedelta(minutes=2)

_CARRIED_OUT: Final = 0
"""Kept as the status between the commit and the answer."""

_BOUNDARY: Final = re.compile(r'^multipart/.*boundary="?([^";,]+)', re.IGNORECASE)
_KEPT_HEADERS: Final = ("content-type", "etag", "location")


class IdempotentRoute(APIRoute):
    """The route class of every router of the API: `APIRouter(..., route_class=IdempotentRoute)`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, carried out once for each key."""
        handle = super().get_route_handler()

        async def once(request: Request) -> Response:
            key = request.headers.get(HEADER)
            if key is None or request.method in SAFE_METHODS or not _is_signed(request):
                return await handle(request)
            if self._streams:
                raise BadRequest(
                    phrase("a stream is not kept, so it takes no {header}", header=HEADER),
                    phrase("Leave out {header}", header=HEADER),
                )
            if not 1 <= len(key) <= 200 or not key.isascii() or not key.isprintable():
                raise BadRequest(
                    phrase("{header} is not 1 to 200 printable ASCII characters", header=HEADER),
                    "Send a UUID",
                )
            actor = await run_in_threadpool(authenticated, request)
            claim = _Claim(state_of(request), actor.actor_id, key, _digest(request, await request.body()))
            kept = await run_in_threadpool(claim.begin)
            if kept is not None:
                return _again(kept)
            request.state.uow = claim.uow()
            try:
                response = await handle(request)
            except Exception:
                await run_in_threadpool(claim.release)
                raise
            if not getattr(request.state, "keep_no_answer", False):
                await run_in_threadpool(claim.keep, response)
            return response

        return once

    @property
    def _streams(self) -> bool:
        return isinstance(self.response_class, type) and issubclass(self.response_class, StreamingResponse)


async def keep_no_answer(request: Request) -> None:
    """A dependency of endpoints whose answer holds a secret, which must not lie in the database."""
    request.state.keep_no_answer = True


@dataclass(slots=True)
class _Claim:
    """One request's claim on a key; claim_id: once it is ours."""

    state: AppState
    actor: str
    key: str
    digest: bytes
    claim_id: int = 0

    def begin(self) -> IdempotentAnswer | None:
        """None when the request is to be carried out now, or the answer that was given before."""
        with self.state.uow() as tx:
            found = tx.idempotency.claim(self.actor, self.key, self.digest)
            if not isinstance(found, int) and self._take_over(tx, found):
                found = tx.idempotency.claim(self.actor, self.key, self.digest)
            tx.commit()
        if isinstance(found, int):
            self.claim_id = found
            return None
        self._check(found)
        return found

    def uow(self) -> UnitOfWorkFactory:
        """A factory whose commits mark the key as carried out."""
        return _MarkingFactory(self.state, self.claim_id)

    def keep(self, response: Response) -> None:
        """Keep the answer; a refusal is not kept."""
        if response.status_code >= 400:
            self.release()
            return
        headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        # Without a database the answer is still the answer; it only cannot be given twice.
        with suppress(Unavailable), self.state.uow() as tx:
            tx.idempotency.answer(self.claim_id, response.status_code, bytes(response.body), headers)
            tx.commit()

    def release(self) -> None:
        """Give the key back after a failure, unless something was carried out before it."""
        with suppress(Unavailable), self.state.uow() as tx:
            tx.idempotency.release(self.claim_id)
            tx.commit()

    def _take_over(self, tx: UnitOfWork, found: IdempotentAnswer) -> bool:
        """Whether the key is free again; it is not where its owner commits at this moment."""
        if found.status is None and found.age >= STALE:
            tx.idempotency.release(found.claim_id)
            return True
        if found.status is not None and found.age >= timedelta(hours=self.state.settings.idempotency_hours):
            tx.idempotency.forget(found.claim_id)
            return True
        return False

    def _check(self, found: IdempotentAnswer) -> None:
        if bytes(found.request_hash) != self.digest:
            raise Invalid.field(
                HEADER, "this key was used for another request", "Send a new key with a new request"
            )
        if found.status is None:
            raise Conflict(
                "the request with this key is being carried out", "Ask again in a moment", field=HEADER
            )
        if found.status == _CARRIED_OUT:
            raise Conflict(
                "the request with this key was carried out, but its answer is not kept",
                "Look the object up; send a new key only for a new request",
                field=HEADER,
            )


class _MarkingFactory(UnitOfWorkFactory):
    def __init__(self, state: AppState, claim_id: int) -> None:
        super().__init__(state.engine, state.settings.statement_timeout_s)
        self._limit_s = state.settings.statement_timeout_s
        self._engine = state.engine
        self._claim_id = claim_id

    def __call__(self, *, statement_timeout_s: float | None = None) -> UnitOfWork:
        limit_s = self._limit_s if statement_timeout_s is None else statement_timeout_s
        return _MarkingUnit(self._engine, limit_s, self._claim_id)


class _MarkingUnit(UnitOfWork):
    def __init__(self, engine: Any, limit_s: float, claim_id: int) -> None:
        super().__init__(engine, limit_s)
        self._claim_id = claim_id

    def commit(self) -> None:
        if not self.idempotency.answer(self._claim_id, _CARRIED_OUT, b"", {}):
            raise Conflict(
                "the request with this key took so long that another one with it was begun",
                "Send it again with the same key to get the answer of that one",
                field=HEADER,
            )
        super().commit()


def _is_signed(request: Request) -> bool:
    return "authorization" in request.headers or "cookie" in request.headers


def _digest(request: Request, body: bytes) -> bytes:
    # A form that is sent again is the same one, though its parts are parted by another random line.
    if boundary := _BOUNDARY.search(request.headers.get("content-type", "")):
        body = body.replace(boundary[1].encode("latin-1"), b"")
    parts = (request.method.encode(), request.url.path.encode(), request.url.query.encode(), body)
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8))
        digest.update(part)
    return digest.digest()


def _again(kept: IdempotentAnswer) -> Response:
    return Response(bytes(kept.body), kept.status or 200, headers={**kept.headers, REPLAYED: "true"})
