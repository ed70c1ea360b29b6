"""Feedback events and what stands of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert

from service.domain.feedback import Decline, FeedbackEvent
from service.domain.paging import FIRST, Page, PageRequest
from service.domain.words import FeedbackKind
from service.errors import NotFound
from service.store.repositories.base import Repository, pk_of
from service.store.tables.accounts import COMPANIES, USERS
from service.store.tables.activity import CURRENT_FEEDBACK, FEEDBACK_EVENTS, SUGGESTION_LOOKS
from service.store.tables.catalogue import DISTRIBUTOR_PROFILES as PROFILES
from service.store.tables.catalogue import FILMS

__all__ = ["Feedback", "FeedbackFilter"]

_UNDONE = FEEDBACK_EVENTS.alias("taken_back")

_DECLINES = text(
    """
    WITH decision AS (
        SELECT DISTINCT ON (event.film_pk, event.profile_pk) event.film_pk, event.profile_pk, event.kind, event.at
        FROM current_feedback AS event
        JOIN distributor_profiles AS profile
            ON profile.id = event.profile_pk AND profile.company_pk = event.company_pk
        WHERE event.kind IN ('passed', 'shortlisted', 'meeting_asked', 'offer', 'signed')
        ORDER BY event.film_pk, event.profile_pk, event.id DESC
    ), declined AS (
        SELECT film_pk, profile_pk, at FROM decision WHERE kind = 'passed'
        UNION ALL
        SELECT request.film_pk, request.profile_pk, request.answered_at
        FROM meeting_requests AS request
        LEFT JOIN decision ON decision.film_pk = request.film_pk AND decision.profile_pk = request.profile_pk
        WHERE request.state = 'declined' AND request.waits_for = 'buyer'
            AND (decision.kind IS NULL OR decision.kind = 'passed' OR decision.at < request.answered_at)
    )
    SELECT film.film_id, profile.distributor_id, (max(declined.at) AT TIME ZONE 'UTC')::date AS declined_on
    FROM declined
    JOIN films AS film ON film.id = declined.film_pk
    JOIN distributor_profiles AS profile ON profile.id = declined.profile_pk
    GROUP BY film.film_id, profile.distributor_id
    ORDER BY film.film_id, profile.distributor_id
    """
)
"""What its own company said last of a film and a distributor counts."""


def _events(source: Table) -> Select[*tuple[Any, ...]]:
    return select(
        source,
        FILMS.c.film_id,
        PROFILES.c.distributor_id,
        COMPANIES.c.company_id,
        USERS.c.user_id,
        _UNDONE.c.event_id.label("undoes"),
        source.c.id.label("position"),
    ).select_from(
        source.join(FILMS, source.c.film_pk == FILMS.c.id)
        .join(PROFILES, source.c.profile_pk == PROFILES.c.id)
        .join(COMPANIES, source.c.company_pk == COMPANIES.c.id)
        .outerjoin(USERS, source.c.user_pk == USERS.c.id)
        .outerjoin(_UNDONE, source.c.undoes_pk == _UNDONE.c.id)
    )


@dataclass(frozen=True, slots=True)
class FeedbackFilter:
    """Each empty field is no condition. owner_id: the company whose films they are about."""

    company_id: str = ""
    distributor_id: str = ""
    film_id: str = ""
    user_id: str = ""
    kind: FeedbackKind | None = None
    owner_id: str = ""


class Feedback(Repository):
    """tx.feedback."""

    def add(self, event: FeedbackEvent) -> FeedbackEvent:
        """Add an event; Conflict when it takes back what is not the same company's, film's and distributor's."""
        values = {
            "event_id": event.event_id,
            "kind": event.kind.value,
            "film_pk": self._pk(FILMS.c.film_id, event.film_id, "film_id"),
            "profile_pk": self._pk(PROFILES.c.distributor_id, event.distributor_id, "distributor_id"),
            "company_pk": self._pk(COMPANIES.c.company_id, event.company_id, "company_id"),
            "user_pk": self._optional_pk(USERS.c.user_id, event.user_id, "user_id"),
            "undoes_pk": self._optional_pk(FEEDBACK_EVENTS.c.event_id, event.undoes, "undoes"),
            "reason": event.reason,
            "note": event.note,
            "at": event.at,
        }
        self._insert(FEEDBACK_EVENTS, values)
        return self.get(event.event_id)

    def get(self, event_id: str) -> FeedbackEvent:
        """Raises NotFound."""
        row = self._first(_events(FEEDBACK_EVENTS).where(FEEDBACK_EVENTS.c.event_id == event_id))
        if row is None:
            raise NotFound("event", event_id)
        return _event(row)

    def list(self, page: PageRequest = FIRST, where: FeedbackFilter | None = None) -> Page[FeedbackEvent]:
        """Every event, the latest added first."""
        query = _events(FEEDBACK_EVENTS).where(*_conditions(FEEDBACK_EVENTS, where or FeedbackFilter()))
        return self._page(query, FEEDBACK_EVENTS.c.id, page, _event, newest_first=True)

    def current(
        self, where: FeedbackFilter, among: Collection[tuple[str, str]] | None = None
    ) -> tuple[FeedbackEvent, ...]:
        """What stands: of each company, distributor, film and kind the last event not taken back.

        among: (film_id, distributor_id), None for all.
        """
        query = _events(CURRENT_FEEDBACK).where(*_conditions(CURRENT_FEEDBACK, where))
        if among is not None:
            query = query.where(tuple_(FILMS.c.film_id, PROFILES.c.distributor_id).in_(among))
        return tuple(map(_event, self._all(query.order_by(CURRENT_FEEDBACK.c.id))))

    def pairs(self, page: PageRequest, where: FeedbackFilter) -> Page[tuple[str, str]]:
        """(film_id, distributor_id) between which something stands, the one first spoken of first.

        That order never changes, so that nothing is missed between two pages.
        """
        said, standing = FEEDBACK_EVENTS, CURRENT_FEEDBACK
        held = _events(standing).where(*_conditions(standing, where))
        first = (
            _events(said)
            .with_only_columns(
                FILMS.c.film_id, PROFILES.c.distributor_id, func.min(said.c.id).label("position")
            )
            .where(*_conditions(said, replace(where, kind=None)))
            .where(
                tuple_(said.c.film_pk, said.c.profile_pk).in_(
                    held.with_only_columns(standing.c.film_pk, standing.c.profile_pk)
                )
            )
            .group_by(FILMS.c.film_id, PROFILES.c.distributor_id)
            .subquery()
        )
        return self._page(
            select(first), first.c.position, page, lambda row: (row.film_id, row.distributor_id)
        )

    def addressed(
        self, page: PageRequest, where: FeedbackFilter, kinds: Collection[FeedbackKind]
    ) -> Page[FeedbackEvent]:
        """What stands of these kinds and was said by the distributors themselves, the earliest first."""
        own = PROFILES.c.company_pk == CURRENT_FEEDBACK.c.company_pk
        query = _events(CURRENT_FEEDBACK).where(own, CURRENT_FEEDBACK.c.kind.in_(kinds))
        query = query.where(*_conditions(CURRENT_FEEDBACK, where))
        return self._page(query, CURRENT_FEEDBACK.c.id, page, _event)

    def hidden_films(self, distributor_id: str, since: datetime) -> dict[str, FeedbackEvent]:
        """The films its own company passed on since then, with the pass."""
        own = PROFILES.c.company_pk == CURRENT_FEEDBACK.c.company_pk
        passes = _passes(since).where(PROFILES.c.distributor_id == distributor_id, own)
        return {row.film_id: _event(row) for row in self._all(passes)}

    def declines(self) -> Iterator[Decline]:
        """Every film that a distributor's own company passed on or declined to meet about, where that stands.

        For what is learnt from all of them together: no company may be told of another's.
        """
        for row in self._connection.execute(_DECLINES):
            yield Decline(row.film_id, row.distributor_id, row.declined_on)

    def last_look(self, user_id: str, distributor_id: str) -> datetime | None:
        """When a person last looked at a distributor's suggestions."""
        looked = select(SUGGESTION_LOOKS.c.at).where(
            SUGGESTION_LOOKS.c.user_pk == pk_of(USERS.c.user_id, user_id),
            SUGGESTION_LOOKS.c.profile_pk == pk_of(PROFILES.c.distributor_id, distributor_id),
        )
        moment: datetime | None = self._connection.execute(looked).scalar_one_or_none()
        return moment

    def look(self, user_id: str, distributor_id: str, at: datetime) -> None:
        """Note that a person looks now; an earlier moment than the last changes nothing."""
        looked = insert(SUGGESTION_LOOKS).values(
            user_pk=self._pk(USERS.c.user_id, user_id, "user_id"),
            profile_pk=self._pk(PROFILES.c.distributor_id, distributor_id, "distributor_id"),
            at=at,
        )
        later = looked.on_conflict_do_update(
            index_elements=["user_pk", "profile_pk"], set_={"at": at}, where=SUGGESTION_LOOKS.c.at < at
        )
        self._connection.execute(later)


def _passes(since: datetime) -> Select[*tuple[Any, ...]]:
    return _events(CURRENT_FEEDBACK).where(
        CURRENT_FEEDBACK.c.kind == FeedbackKind.PASSED.value, CURRENT_FEEDBACK.c.at > since
    )


def _conditions(source: Table, where: FeedbackFilter) -> Iterator[ColumnElement[bool]]:
    if where.company_id:
        yield source.c.company_pk == pk_of(COMPANIES.c.company_id, where.company_id)
    if where.distributor_id:
        yield source.c.profile_pk == pk_of(PROFILES.c.distributor_id, where.distributor_id)
    if where.film_id:
        yield source.c.film_pk == pk_of(FILMS.c.film_id, where.film_id)
    if where.owner_id:
        yield FILMS.c.owner_pk == pk_of(COMPANIES.c.company_id, where.owner_id)
    if where.user_id:
        yield source.c.user_pk == pk_of(USERS.c.user_id, where.user_id)
    if where.kind is not None:
        yield source.c.kind == where.kind.value


def _event(row: Any) -> FeedbackEvent:
    return FeedbackEvent(
        event_id=row.event_id,
        kind=FeedbackKind(row.kind),
        film_id=row.film_id,
        distributor_id=row.distributor_id,
        company_id=row.company_id,
        at=row.at,
        user_id=row.user_id,
        reason=row.reason,
        note=row.note,
        undoes=row.undoes,
    )
