from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from service.domain.accounts import ApiKey, Membership, Session
from service.domain.paging import PageRequest
from service.domain.words import Role
from service.errors import Conflict, Invalid, NotFound, PreconditionFailed
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.service import make

HOUR = timedelta(hours=1)


@pytest.fixture
def tx(uow: UnitOfWorkFactory) -> Any:
    with uow() as tx:
        tx.companies.add(make.company("agent"))
        tx.companies.add(make.company("buyer"))
        tx.accounts.add_user(make.user("ann", email="Ann@Example.org"))
        yield tx


def _session(token: int, user_id: str = "ann", hours: int = 1) -> Session:
    return Session(bytes([token]) * 32, user_id, make.NOON, make.NOON, make.NOON + hours * HOUR, "a browser")


def _key(key_id: str, **fields: Any) -> ApiKey:
    return ApiKey(
        **{
            "key_id": key_id,
            "prefix": f"rm_{key_id}",
            "key_hash": key_id.encode().ljust(32, b"."),
            "name": "nightly",
            "company_id": "agent",
            "scopes": frozenset(["read", "match"]),
            "created_by": "ann",
            **fields,
        }
    )


def test_a_person_comes_back_as_stored(tx: UnitOfWork) -> None:
    stored = make.user("bob", is_administrator=True, password_hash="$argon2id$", locked_until=make.NOON)
    added = tx.accounts.add_user(stored)
    assert replace(added, created_at=None) == stored
    assert tx.accounts.user("bob") == added


def test_an_address_is_one_whatever_its_case(tx: UnitOfWork) -> None:
    found = tx.accounts.user_by_email("ann@EXAMPLE.org")
    assert found is not None
    assert found.email == "Ann@Example.org"
    assert tx.accounts.user_by_email("nobody@example.org") is None
    with pytest.raises(Conflict, match="already has an account") as raised:
        tx.accounts.add_user(make.user("second", email="aNN@example.org"))
    assert raised.value.field == "email"


@pytest.mark.parametrize("email", ["ann", "@example.org", "ann@", "ann lee@example.org", "a@b@c", ""])
def test_an_address_looks_like_one(tx: UnitOfWork, email: str) -> None:
    with pytest.raises(Invalid, match="no e-mail address"):
        tx.accounts.add_user(make.user("bob", email=email))


def test_changes_are_refused_when_somebody_was_faster(tx: UnitOfWork) -> None:
    seen = tx.accounts.user("ann")
    changed = tx.accounts.update_user(replace(seen, name="Ann Lee"), expected=seen.version)
    assert (changed.name, changed.version) == ("Ann Lee", seen.version + 1)
    with pytest.raises(PreconditionFailed, match="changed since you read it"):
        tx.accounts.update_user(replace(seen, name="Anna"), expected=seen.version)
    with pytest.raises(NotFound):
        tx.accounts.update_user(make.user("nobody"), expected=1)


def test_a_deleted_person_leaves_an_id_and_nothing_else(tx: UnitOfWork) -> None:
    tx.accounts.set_password("ann", "$argon2id$")
    tx.accounts.lock_user("ann", make.NOON)
    tx.accounts.add_membership(Membership("ann", "agent", Role.OWNER))
    tx.sessions.add(_session(1))
    tx.api_keys.add(_key("key"))
    tx.accounts.erase_user("ann", make.NOON)
    left = tx.accounts.user("ann")
    assert (left.email, left.name, left.password_hash, left.locked_until) == (None, "", None, None)
    assert left.deleted_at == make.NOON
    assert tx.sessions.of_user("ann") == ()
    assert tx.accounts.memberships_of("ann") == ()
    assert tx.api_keys.get("key").revoked_at == make.NOON
    assert tx.accounts.users().items == ()
    assert tx.accounts.add_user(make.user("new", email="ann@example.org")).user_id == "new"


def test_memberships_are_seen_from_both_sides(tx: UnitOfWork) -> None:
    tx.accounts.add_user(make.user("bob"))
    tx.accounts.add_membership(Membership("ann", "agent", Role.OWNER))
    tx.accounts.add_membership(Membership("ann", "buyer", Role.VIEWER))
    tx.accounts.add_membership(Membership("bob", "agent", Role.MEMBER))
    assert [(one.company_id, one.role) for one in tx.accounts.memberships_of("ann")] == [
        ("agent", Role.OWNER),
        ("buyer", Role.VIEWER),
    ]
    assert [(user.user_id, member.role) for user, member in tx.accounts.members_of("agent").items] == [
        ("ann", Role.OWNER),
        ("bob", Role.MEMBER),
    ]
    tx.accounts.set_role(Membership("bob", "agent", Role.OWNER))
    tx.accounts.remove_membership("ann", "agent")
    assert [(user.user_id, member.role) for user, member in tx.accounts.members_of("agent").items] == [
        ("bob", Role.OWNER)
    ]


def test_a_person_is_a_member_once(tx: UnitOfWork) -> None:
    tx.accounts.add_membership(Membership("ann", "agent", Role.OWNER))
    with pytest.raises(Conflict, match="already a member"):
        tx.accounts.add_membership(Membership("ann", "agent", Role.VIEWER))


def test_who_is_no_member_cannot_be_changed_or_removed(tx: UnitOfWork) -> None:
    with pytest.raises(NotFound, match="no member"):
        tx.accounts.set_role(Membership("ann", "agent", Role.OWNER))
    with pytest.raises(NotFound, match="no member"):
        tx.accounts.remove_membership("ann", "agent")
    with pytest.raises(Invalid, match="company_id: no company has the id 'nowhere'"):
        tx.accounts.add_membership(Membership("ann", "nowhere", Role.OWNER))


def test_people_are_listed_in_pages_and_searched(tx: UnitOfWork) -> None:
    for number in range(4):
        tx.accounts.add_user(make.user(f"user-{number}", name=f"100% {number}"))
    first = tx.accounts.users(PageRequest(size=3))
    rest = tx.accounts.users(PageRequest(size=3, after=first.next_after))
    assert [user.user_id for user in (*first.items, *rest.items)] == ["ann", *(f"user-{n}" for n in range(4))]
    assert rest.next_after is None
    assert [user.user_id for user in tx.accounts.users(query="0% 2").items] == ["user-2"]
    assert tx.accounts.users(query="_").items == ()


def test_a_session_tells_everything_about_who_sent_a_request(tx: UnitOfWork) -> None:
    tx.accounts.add_membership(Membership("ann", "agent", Role.OWNER))
    tx.accounts.add_membership(Membership("ann", "buyer", Role.VIEWER))
    tx.sessions.add(_session(1))
    found = tx.sessions.signed_in(bytes([1]) * 32)
    assert found is not None
    assert found.session == _session(1)
    assert found.user == tx.accounts.user("ann")
    assert {(one.company_id, one.role) for one in found.memberships} == {
        ("agent", Role.OWNER),
        ("buyer", Role.VIEWER),
    }
    assert tx.sessions.signed_in(bytes(32)) is None


def test_someone_without_company_can_be_signed_in(tx: UnitOfWork) -> None:
    tx.sessions.add(_session(1))
    found = tx.sessions.signed_in(bytes([1]) * 32)
    assert found is not None
    assert found.memberships == ()


def test_sessions_end_one_by_one_all_but_one_or_by_time(tx: UnitOfWork) -> None:
    for token in range(1, 6):
        tx.sessions.add(_session(token, hours=token))
    tx.sessions.end(bytes([1]) * 32)
    assert tx.sessions.forget_expired(make.NOON + 2 * HOUR) == 1
    tx.sessions.touch(bytes([3]) * 32, make.NOON + HOUR, make.NOON + 9 * HOUR)
    assert tx.sessions.end_all("ann", but=bytes([3]) * 32) == 2
    (left,) = tx.sessions.of_user("ann")
    assert (left.last_seen_at, left.expires_at) == (make.NOON + HOUR, make.NOON + 9 * HOUR)


def test_a_token_hash_is_a_sha256(tx: UnitOfWork) -> None:
    with pytest.raises(Invalid, match="token_hash"):
        tx.sessions.add(replace(_session(1), token_hash=b"the token itself"))


def test_a_key_comes_back_as_stored(tx: UnitOfWork) -> None:
    added = tx.api_keys.add(_key("key", expires_at=make.NOON))
    assert replace(added, created_at=None) == _key("key", expires_at=make.NOON)
    assert tx.api_keys.by_hash(added.key_hash) == added
    assert tx.api_keys.by_hash(bytes(32)) is None


def test_a_key_is_revoked_for_ever(tx: UnitOfWork) -> None:
    tx.api_keys.add(_key("key"))
    tx.api_keys.used("key", make.NOON)
    tx.api_keys.revoke("key", make.NOON)
    tx.api_keys.revoke("key", make.NOON + HOUR)
    key = tx.api_keys.get("key")
    assert (key.last_used_at, key.revoked_at) == (make.NOON, make.NOON)
    with pytest.raises(NotFound):
        tx.api_keys.revoke("nothing", make.NOON)


def test_keys_are_listed_by_company_and_by_maker(tx: UnitOfWork) -> None:
    tx.api_keys.add(_key("one"))
    tx.api_keys.add(_key("two", company_id="buyer"))
    tx.api_keys.add(_key("three", company_id=None, created_by=None))
    assert [key.key_id for key in tx.api_keys.list().items] == ["one", "two", "three"]
    assert [key.key_id for key in tx.api_keys.list(company_id="buyer").items] == ["two"]
    assert [key.key_id for key in tx.api_keys.list(created_by="ann").items] == ["one", "two"]


def test_a_key_may_do_only_what_is_known(tx: UnitOfWork) -> None:
    with pytest.raises(Invalid, match="scopes"):
        tx.api_keys.add(_key("key", scopes=frozenset(["everything"])))


def test_failed_attempts_are_counted_by_subject_and_time(tx: UnitOfWork) -> None:
    for hours in range(4):
        tx.attempts.add("ann", make.NOON + hours * HOUR)
    tx.attempts.add("bob", make.NOON)
    assert tx.attempts.since("ann", make.NOON + 2 * HOUR) == 2
    tx.attempts.forget("ann")
    assert tx.attempts.since("ann", make.NOON) == 0
    assert tx.attempts.forget_before(make.NOON + HOUR) == 1
