"""Recorded match runs."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import column, delete, select, table

from service.domain.matching import MatchRun, Prediction
from service.domain.paging import FIRST, Page, PageRequest
from service.domain.words import RunKind
from service.errors import NotFound
from service.store.repositories.base import Repository
from service.store.tables.accounts import COMPANIES
from service.store.tables.activity import MATCH_RUNS

__all__ = ["MatchRuns"]

_JOINED = MATCH_RUNS.outerjoin(COMPANIES, MATCH_RUNS.c.company_pk == COMPANIES.c.id)
_BRIEF = select(
    *(
        MATCH_RUNS.c[name]
        for name in ("run_id", "kind", "bundle_version", "revision", "request", "actor", "at")
    ),
    COMPANIES.c.company_id,
    MATCH_RUNS.c.id.label("position"),
).select_from(_JOINED)
_WHOLE = _BRIEF.add_columns(
    MATCH_RUNS.c.answer, MATCH_RUNS.c.film_ids, MATCH_RUNS.c.distributor_ids, MATCH_RUNS.c.probabilities
)
_COMPRESSION = 1
"""Level 1 takes a tenth of the time of the default and leaves a tenth more."""


class MatchRuns(Repository):
    """tx.match_runs."""

    def add(self, run: MatchRun) -> None:
        """Record a run; its answer must be JSON."""
        answer = json.dumps(run.answer, ensure_ascii=False, separators=(",", ":")).encode()
        values = {
            "run_id": run.run_id,
            "kind": run.kind.value,
            "bundle_version": run.bundle_version,
            "revision": run.revision,
            "request": run.request,
            "answer": zlib.compress(answer, _COMPRESSION),
            "actor": run.actor,
            "company_pk": self._optional_pk(COMPANIES.c.company_id, run.company_id, "company_id"),
            "at": run.at,
            "film_ids": [prediction.film_id for prediction in run.predictions],
            "distributor_ids": [prediction.distributor_id for prediction in run.predictions],
            "probabilities": [prediction.probability for prediction in run.predictions],
        }
        self._insert(MATCH_RUNS, values)

    def get(self, run_id: str) -> MatchRun:
        """With its answer; raises NotFound."""
        row = self._first(_WHOLE.where(MATCH_RUNS.c.run_id == run_id))
        if row is None:
            raise NotFound("run", run_id)
        shown = zip(row.film_ids, row.distributor_ids, row.probabilities, strict=True)
        predictions = tuple(Prediction(*prediction, row.at) for prediction in shown)
        return _run(row, json.loads(zlib.decompress(row.answer)), predictions)

    def list(
        self, page: PageRequest = FIRST, company_id: str | None = None, actor: str | None = None
    ) -> Page[MatchRun]:
        """Without answers and predictions, the latest first."""
        query = _BRIEF
        if company_id is not None:
            query = query.where(COMPANIES.c.company_id == company_id)
        if actor is not None:
            query = query.where(MATCH_RUNS.c.actor == actor)
        return self._page(query, MATCH_RUNS.c.id, page, _run, newest_first=True)

    def predictions(self, since: datetime, until: datetime) -> Iterator[Prediction]:
        """Every probability shown from `since` to before `until`, in the order of time."""
        shown = table(
            "predictions", *map(column, ("run_pk", "at", "film_id", "distributor_id", "probability"))
        )
        query = select(shown).where(shown.c.at >= since, shown.c.at < until).order_by(shown.c.run_pk)
        for row in self._stream(query):
            yield Prediction(row.film_id, row.distributor_id, row.probability, row.at)

    def forget_before(self, moment: datetime) -> int:
        """Returns how many were deleted."""
        return self._connection.execute(delete(MATCH_RUNS).where(MATCH_RUNS.c.at < moment)).rowcount


def _run(row: Any, answer: Any = None, predictions: tuple[Prediction, ...] = ()) -> MatchRun:
    return MatchRun(
        run_id=row.run_id,
        kind=RunKind(row.kind),
        bundle_version=row.bundle_version,
        revision=row.revision,
        request=row.request,
        answer=answer,
        actor=row.actor,
        company_id=row.company_id,
        at=row.at,
        predictions=predictions,
    )
