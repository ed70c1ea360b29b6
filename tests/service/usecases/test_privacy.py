import json

import pytest
from pydantic_core import to_json

from service.domain.accounts import Membership
from service.domain.paging import PageRequest
from service.domain.words import CompanyKind, FeedbackKind, Role, Scope
from service.errors import Conflict, NotFound, Unauthenticated
from service.security.actor import Actor, Seat
from service.settings import Settings
from service.store.repositories.traces import TRACES
from service.store.tables import METADATA
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases import accounts, companies, imports, invitations, keys, people
from service.usecases.accounts import Doorkeeper
from service.usecases.jobs import start_job
from service.usecases.privacy import delete_person, export_person
from tests.service import make
from tests.service.world import PASSWORD, PASSWORDS

INES = Actor("ines", user_id="ines", seats=(Seat("lumen", Role.OWNER, frozenset({CompanyKind.DISTRIBUTOR})),))
ADMIN = Actor("admin", user_id="admin", is_administrator=True)
LUC = Actor("luc", user_id="luc")


@pytest.fixture
def door(settings: Settings) -> Doorkeeper:
    return Doorkeeper.of(settings, PASSWORDS)


@pytest.fixture
def lived_in(uow: UnitOfWorkFactory, door: Doorkeeper) -> UnitOfWorkFactory:
    """Ines owns lumen, has signed in, made a key, renamed herself and passed on a film; luc is a member."""
    with uow() as tx:
        tx.companies.add(make.company("lumen", CompanyKind.DISTRIBUTOR))
        tx.distributors.add(make.profile("lumen-fr", "lumen", "FR"))
        tx.films.add(make.film("tide"))
        kept = PASSWORDS.hash(PASSWORD)
        tx.accounts.add_user(make.user("ines", name="Ines Vidal", password_hash=kept))
        tx.accounts.add_user(make.user("luc", password_hash=kept))
        tx.accounts.add_user(make.user("admin", is_administrator=True, password_hash=kept))
        tx.accounts.add_membership(Membership("ines", "lumen", Role.OWNER))
        tx.accounts.add_membership(Membership("luc", "lumen", Role.MEMBER))
        tx.feedback.add(
            make.feedback(FeedbackKind.PASSED, "tide", "lumen-fr", "lumen", user_id="ines", note="too slow")
        )
        tx.commit()
    accounts.sign_in(uow, door, email="ines@example.org", password=PASSWORD, address="", client="Firefox")
    keys.make_key(uow, INES, name="sync", company_id="lumen", scopes=[Scope.READ])
    people.update_user(uow, INES, "ines", {"name": "Ines Vidal-Amar"}, None)
    companies.set_role(uow, INES, "lumen", "luc", Role.OWNER)
    return uow


def test_people_get_everything_that_is_stored_about_them(lived_in: UnitOfWorkFactory) -> None:
    data = export_person(lived_in, INES, "ines")
    assert data["user"]["email"] == "ines@example.org"
    assert [one["company_id"] for one in data["memberships"]] == ["lumen"]
    assert [one["client"] for one in data["sessions"]] == ["Firefox"]
    assert [one["name"] for one in data["api_keys"]] == ["sync"]
    assert [one["note"] for one in data["feedback"]] == ["too slow"]
    assert {"user.sign_in", "api_key.create", "user.update", "member.role"} == {
        one["action"] for one in data["audit"]
    }


ELSEWHERE = {
    *("memberships.user_pk", "sessions.user_pk", "feedback_events.user_pk", "suggestion_looks.user_pk"),
    "company_invitations.invited_by_pk",
    *("match_runs.actor", "audit_events.actor", "api_keys.created_by_pk"),
}
"""Columns that name a person, of which the export tells beside the traces."""


def test_an_export_tells_of_every_column_that_names_a_person() -> None:
    naming = {
        f"{table.name}.{column.name}"
        for table in METADATA.tables.values()
        for column in table.columns
        if column.name in ("actor", "by")
        or column.name.endswith(("_by", "user_id"))
        or any(key.column.table.name == "users" for key in column.foreign_keys)
    }
    traced = {f"{column.table.name}.{column.name}" for column, _, _ in TRACES.values()}
    assert naming == traced | ELSEWHERE | {
        "users.user_id",
        "event_outcomes.said_by",
        "meeting_requests.asked_by",
    }


def test_an_export_tells_what_the_person_asked_for(lived_in: UnitOfWorkFactory) -> None:
    file = imports.upload_file(
        lived_in, INES, name="deals.csv", content=b"distributor_id,name,territory,kind\n", company_id="lumen"
    ).file
    with lived_in() as tx:
        start_job(tx, INES, "match_batch", {}, company_id="lumen")
        tx.feedback.look("ines", "lumen-fr", make.NOON)
        tx.commit()
    data = export_person(lived_in, INES, "ines")
    assert [one["file_id"] for one in data["import_files"]] == [file.file_id]
    assert [one["kind"] for one in data["jobs"]] == ["match_batch"]
    assert [one["distributor_id"] for one in data["looks"]] == ["lumen-fr"]
    assert data["outcomes"] == []


def test_kept_answers_of_the_person_and_about_the_person_go_with_them(lived_in: UnitOfWorkFactory) -> None:
    with lived_in() as tx:
        for who, body in (("ines", b"{}"), ("admin", b'{"user_id":"ines","name":"Ines"}'), ("luc", b"[]")):
            claim = tx.idempotency.claim(who, "key", bytes(32))
            assert isinstance(claim, int)
            tx.idempotency.answer(claim, 200, body, {})
        tx.commit()
    delete_person(lived_in, INES, "ines")
    with lived_in() as tx:
        assert isinstance(tx.idempotency.claim("ines", "key", bytes(32)), int)
        assert isinstance(tx.idempotency.claim("admin", "key", bytes(32)), int)
        assert not isinstance(tx.idempotency.claim("luc", "key", bytes(32)), int)


def test_invitations_to_a_person_and_by_a_person_are_told_and_go_with_them(
    lived_in: UnitOfWorkFactory,
) -> None:
    with lived_in() as tx:
        tx.companies.add(make.company("alba"))
        tx.commit()
    for actor, company_id, email in (
        (ADMIN, "alba", "Ines@Example.org"),
        (INES, "lumen", "x@example.org"),
        (ADMIN, "alba", "y@example.org"),
    ):
        invitations.invite(lived_in, actor, company_id, email=email, name="N", role=Role.VIEWER)
    told = export_person(lived_in, INES, "ines")["invitations"]
    assert [(one["company_id"], one["email"]) for one in told] == [
        ("alba", "Ines@Example.org"),
        ("lumen", "x@example.org"),
    ]
    delete_person(lived_in, INES, "ines")
    left = [
        one.email
        for company_id in ("alba", "lumen")
        for one in invitations.list_invitations(lived_in, ADMIN, company_id, PageRequest()).items
    ]
    assert left == ["y@example.org"]


def test_an_export_is_json_without_secrets(lived_in: UnitOfWorkFactory) -> None:
    text = to_json(export_person(lived_in, INES, "ines")).decode()
    json.loads(text)
    assert "argon2" not in text
    assert "hash" not in text


def test_an_administrator_exports_without_reading_the_companys_feedback(lived_in: UnitOfWorkFactory) -> None:
    data = export_person(lived_in, ADMIN, "ines")
    assert data["feedback"] == {"events": 1}
    assert "too slow" not in str(data)


@pytest.mark.parametrize("user_id", ["ines", "stranger"])
def test_nobody_else_gets_or_deletes_a_persons_data(lived_in: UnitOfWorkFactory, user_id: str) -> None:
    with pytest.raises(NotFound):
        export_person(lived_in, LUC, user_id)
    with pytest.raises(NotFound):
        delete_person(lived_in, LUC, user_id)


def test_after_deletion_nothing_names_the_person(lived_in: UnitOfWorkFactory, door: Doorkeeper) -> None:
    delete_person(lived_in, INES, "ines")
    with lived_in() as tx:
        user = tx.accounts.user("ines")
        assert (user.name, user.email, user.password_hash) == ("", None, None)
        assert tx.accounts.memberships_of("ines") == ()
        assert tx.sessions.of_user("ines") == ()
        assert all(key.revoked_at for key in tx.api_keys.list(created_by="ines").items)
        trail = str(tx.audit.list().items)
    assert "Vidal" not in trail
    assert "ines@example.org" not in trail
    with pytest.raises(Unauthenticated):
        accounts.sign_in(lived_in, door, email="ines@example.org", password=PASSWORD, address="")


def test_after_deletion_the_trail_and_the_companys_records_stay_under_the_id(
    lived_in: UnitOfWorkFactory,
) -> None:
    delete_person(lived_in, INES, "ines")
    with lived_in() as tx:
        actions = [(event.actor, event.action) for event in tx.audit.list().items]
        notes = [event.note for event in tx.feedback.list().items]
    assert actions[0] == ("ines", "user.delete")
    assert ("ines", "member.role") in actions
    assert notes == ["too slow"]


def test_whoever_is_deleted_cannot_be_found_or_deleted_again(lived_in: UnitOfWorkFactory) -> None:
    delete_person(lived_in, ADMIN, "ines")
    for actor in (ADMIN, INES):
        with pytest.raises(NotFound):
            export_person(lived_in, actor, "ines")
        with pytest.raises(NotFound):
            delete_person(lived_in, actor, "ines")
    with pytest.raises(NotFound):
        people.get_user(lived_in, ADMIN, "ines")
    assert "ines" not in [one.user_id for one in people.list_users(lived_in, ADMIN, PageRequest()).items]


def test_the_address_is_free_again(lived_in: UnitOfWorkFactory) -> None:
    delete_person(lived_in, INES, "ines")
    people.invite_user(lived_in, ADMIN, email="ines@example.org", name="Another Ines")


def test_the_last_owner_first_makes_another(lived_in: UnitOfWorkFactory) -> None:
    companies.set_role(lived_in, INES, "lumen", "luc", Role.MEMBER)
    with pytest.raises(Conflict, match="last owner of lumen"):
        delete_person(lived_in, INES, "ines")
    delete_person(lived_in, ADMIN, "ines")


def test_an_administrator_is_deleted_by_another(lived_in: UnitOfWorkFactory) -> None:
    with pytest.raises(Conflict, match="administrator"):
        delete_person(lived_in, ADMIN, "admin")
    delete_person(lived_in, Actor.system("delete-user"), "admin")
