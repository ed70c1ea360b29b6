"""At least one row in every table, beside what a test stored itself."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import numpy as np

from recommender.meetings.domain import Lock, Past, Wish
from service.clock import now
from service.domain.accounts import CompanyInvitation
from service.domain.bundles import BundleRecord
from service.domain.deals import DealTerms, Money
from service.domain.imports import MergeProposal
from service.domain.matching import MatchRun, Prediction, StoredVector
from service.domain.meeting_requests import MeetingRequest
from service.domain.schedules import Outcome, Response
from service.domain.words import Answer, Attendance, FeedbackKind, ImportKind, Role, RunKind
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases import accounts
from service.usecases.accounts import Doorkeeper
from service.usecases.jobs import start_job
from tests.service import make, organising, uploads
from tests.service.world import PASSWORD, PASSWORDS

__all__ = ["fill_every_table"]


def fill_every_table(uow: UnitOfWorkFactory, settings: Settings) -> None:
    """On `populate` and `make.trade`: events with schedules and answers, jobs, imports, runs, merges, bundles, ..."""
    door = Doorkeeper.of(settings, PASSWORDS)
    accounts.sign_in(uow, door, email="alba-owner@example.org", password=PASSWORD, address="", client="test")
    uploads.run(uow, uploads.ADMIN, ImportKind.FILMS, "film_id,title,year\nx,Imported,2024\ny,Refused,soon\n")
    event = organising.small_event(uow)
    organising.planned(uow, settings, event)
    with uow() as tx:
        key = event.event_id
        tx.participants.add_absences(key, {("s2", "a3")})
        tx.wishes.add(key, [Wish("s1", "b2", "want")])
        tx.wishes.put_locks(key, [Lock("s1", "b1", "a1")])
        tx.history.add(key, [Past("s1", "b1", "met_before")])
        tx.meeting_requests.add(MeetingRequest("request", "film", "fr", "seller", "buyer", now()))
        tx.replies.respond(key, Response("s1", "b1", "seller", "a1", Answer.ACCEPTED, now(), "ann"))
        tx.replies.record(key, Outcome("s1", "b1", "organiser", Attendance.HELD, now(), "olga"))
        terms = DealTerms(guarantee=Money(Decimal(60_000), "EUR"), note="private")
        tx.deals.add(make.deal("film", "fr", agent_id="agent"), terms)
        tx.attempts.add("somebody", now())
        later = now() + timedelta(days=7)
        tx.invitations.put(
            CompanyInvitation("i", "alba", "x@example.org", "X", Role.VIEWER, bytes(32), later, "admin")
        )
        tx.idempotency.claim("ann", "key", bytes(32))
        tx.feedback.add(make.feedback(FeedbackKind.PASSED, "film", "fr", "buyer"))
        tx.feedback.look("alba-owner", "fr", now())
        prediction = Prediction("film", "fr", 0.5, now())
        tx.match_runs.add(
            MatchRun("run", RunKind.MATCH, "v1", 1, {}, {"k": 1}, "ann", None, now(), (prediction,))
        )
        tx.merges.propose([MergeProposal("merge", "film", "film", "x", 0.9, {}, at=now())])
        tx.films.add(make.film("double"))
        tx.merges.absorb_film("film", "double")
        tx.bundles.add(BundleRecord("20260101-0123456789", {}, {}, 0))
        tx.bundles.promote("20260101-0123456789", 0, "test", now())
        vector = np.ones(4, dtype=np.float32)
        tx.vectors.put_films([StoredVector("film", "test@1", bytes(32), vector)])
        tx.vectors.put_briefs([StoredVector("fr", "test@1", bytes(32), vector)])
        start_job(tx, uploads.ADMIN, "match_batch", {})
        tx.commit()
