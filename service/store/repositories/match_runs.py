"""Recorded match runs."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import bindparam, delete, func, insert, select, text

from service.domain.matching import Decided, MatchRun, Prediction, Settled
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
_ADD = insert(MATCH_RUNS).values(
    company_pk=select(COMPANIES.c.id).where(COMPANIES.c.company_id == bindparam("owner_id")).scalar_subquery()
)
_COMPRESSION = 1
"""Level 1 takes a tenth of the time of the default and leaves a tenth more."""


_SETTLED = text(
    """
    WITH first AS (
        SELECT deal.film_pk, film.film_id, profile.territory, array_agg(profile.distributor_id) AS buyers,
            min(coalesce(deal.signed_on, deal.release_date)) AS on_day, min(deal.created_at) AS known_at
        FROM deals AS deal
        JOIN films AS film ON film.id = deal.film_pk
        JOIN distributor_profiles AS profile ON profile.id = deal.profile_pk
        WHERE deal.is_public
        GROUP BY deal.film_pk, film.film_id, profile.territory
        HAVING min(coalesce(deal.signed_on, deal.release_date)) >= (SELECT min(at)::date FROM match_runs)
    )
    SELECT DISTINCT ON (said.film_id, said.distributor_id) said.film_id, profile.territory,
        said.distributor_id, said.probability, said.distributor_id = ANY (first.buyers) AS happened
    FROM predictions AS said
    JOIN distributor_profiles AS profile ON profile.distributor_id = said.distributor_id
    JOIN first ON first.film_id = said.film_id AND first.territory = profile.territory
    WHERE said.at < first.known_at AND (said.at AT TIME ZONE 'UTC')::date <= first.on_day
    ORDER BY said.film_id, said.distributor_id, said.run_pk DESC
    """
)


_DECIDED = text(
    """
    WITH decision AS (
        SELECT DISTINCT ON (event.film_pk, event.profile_pk)
            film.film_id, profile.distributor_id, event.kind, event.at, event.id
        FROM current_feedback AS event
        JOIN films AS film ON film.id = event.film_pk
        JOIN distributor_profiles AS profile
            ON profile.id = event.profile_pk AND profile.company_pk = event.company_pk
        WHERE event.kind IN ('passed', 'shortlisted', 'meeting_asked', 'offer', 'signed')
        ORDER BY event.film_pk, event.profile_pk, event.id DESC
    )
    SELECT DISTINCT ON (decision.id) said.probability, decision.kind = 'passed' AS passed
    FROM predictions AS said
    JOIN decision ON decision.film_id = said.film_id AND decision.distributor_id = said.distributor_id
    WHERE said.at <= decision.at
    ORDER BY decision.id, said.run_pk DESC
    """
)


class MatchRuns(Repository):
    """tx.match_runs."""

    def add(self, run: MatchRun) -> None:
        """Record a run; its answer must be JSON."""
        values = {
            "run_id": run.run_id,
            "kind": run.kind.value,
            "bundle_version": run.bundle_version,
            "revision": run.revision,
            "request": run.request,
            "answer": zlib.compress(orjson.dumps(run.answer), _COMPRESSION),
            "actor": run.actor,
            "owner_id": run.company_id,
            "at": run.at,
            "film_ids": [prediction.film_id for prediction in run.predictions],
            "distributor_ids": [prediction.distributor_id for prediction in run.predictions],
            "probabilities": [prediction.probability for prediction in run.predictions],
        }
        self._connection.execute(_ADD, values)

    def get(self, run_id: str) -> MatchRun:
        """With its answer; raises NotFound."""
        row = self._first(_WHOLE.where(MATCH_RUNS.c.run_id == run_id))
        if row is None:
            raise NotFound("run", run_id)
        shown = zip(row.film_ids, row.distributor_ids, row.probabilities, strict=True)
        predictions = tuple(Prediction(*prediction, row.at) for prediction in shown)
        return _run(row, orjson.loads(zlib.decompress(row.answer)), predictions)

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

    def shown(self) -> int:
        """How many probabilities are recorded, each pair as often as it was shown."""
        counted = func.coalesce(func.sum(func.cardinality(MATCH_RUNS.c.film_ids)), 0)
        return int(self._connection.execute(select(counted)).scalar_one())

    def settled(self) -> Iterator[Settled]:
        """What was said of a film and a distributor before the film's first deal in that territory, and what came.

        By deals that everybody may read: figures of it are told to everybody, and would tell of any other deal by
        what it moves. Of several probabilities of a pair the last one counts. A deal that was made, or was known here,
        before the probability was shown settles nothing.
        """
        for row in self._connection.execute(_SETTLED):
            yield Settled(row.film_id, row.territory, row.distributor_id, row.probability, row.happened)

    def decided(self) -> Iterator[Decided]:
        """What was said last of a film and a distributor before its own company passed on it or welcomed it.

        In the order of the decisions. Of several the last that stands counts. For figures of many: whose they are is
        not told.
        """
        for row in self._connection.execute(_DECIDED):
            yield Decided(row.probability, row.passed)

    def bundles(self) -> frozenset[str]:
        """The versions that recorded answers come from, without which they cannot be replayed."""
        versions = select(MATCH_RUNS.c.bundle_version).distinct()
        return frozenset(row[0] for row in self._connection.execute(versions))

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
