import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import Parameters
from argon2.profiles import CHEAPEST

from service.clock import frozen_at
from service.domain.accounts import Membership, Session
from service.domain.words import CompanyKind, Role, Scope
from service.errors import Invalid, TooManyRequests, Unauthenticated
from service.security.actor import Actor
from service.security.identity import Checked, Passwords, fingerprint
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases import accounts, keys, people
from service.usecases.accounts import Doorkeeper, SignedIn
from tests.service import make
from tests.service.world import PASSWORD, PASSWORDS

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOME, ELSEWHERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def door(settings: Settings) -> Doorkeeper:
    return Doorkeeper.of(settings, PASSWORDS)


@pytest.fixture
def ines(uow: UnitOfWorkFactory) -> str:
    with uow() as tx:
        tx.companies.add(make.company("alba", CompanyKind.SALES_AGENT))
        tx.companies.add(make.company("lumen", CompanyKind.SALES_AGENT, CompanyKind.DISTRIBUTOR))
        tx.distributors.add(make.profile("lumen-fr", "lumen", "FR"))
        tx.distributors.add(make.profile("lumen-be", "lumen", "BE"))
        tx.accounts.add_user(make.user("ines", password_hash=PASSWORDS.hash(PASSWORD)))
        tx.accounts.add_membership(Membership("ines", "alba", Role.OWNER))
        tx.accounts.add_membership(Membership("ines", "lumen", Role.VIEWER))
        tx.commit()
    return "ines@example.org"


def enter(
    uow: UnitOfWorkFactory, door: Doorkeeper, email: str, password: str = PASSWORD, address: str = HOME
) -> SignedIn:
    return accounts.sign_in(uow, door, email=email, password=password, address=address)


def fail(uow: UnitOfWorkFactory, door: Doorkeeper, email: str, times: int, address: str = HOME) -> None:
    for _ in range(times):
        with pytest.raises(Unauthenticated):
            enter(uow, door, email, "wrong", address)


def session_of(uow: UnitOfWorkFactory, signed_in: SignedIn) -> Session:
    with uow() as tx:
        found = tx.sessions.signed_in(fingerprint(signed_in.token))
    assert found is not None
    return found.session


def test_the_wait_doubles_with_each_wrong_password_and_ends_by_itself(
    uow: UnitOfWorkFactory, door: Doorkeeper, ines: str
) -> None:
    with frozen_at(NOON):
        fail(uow, door, ines, 5)
    moment = NOON
    for wait_s in (1, 2, 4):
        with frozen_at(moment + timedelta(seconds=wait_s - 0.1)), pytest.raises(TooManyRequests) as caught:
            enter(uow, door, ines)
        assert caught.value.retry_after_s == wait_s
        moment += timedelta(seconds=wait_s + 0.1)
        with frozen_at(moment):
            fail(uow, door, ines, 1)
    with frozen_at(moment + timedelta(minutes=1)):
        assert enter(uow, door, ines).user.user_id == "ines"


def test_a_refused_attempt_does_not_prolong_the_lock(
    uow: UnitOfWorkFactory, door: Doorkeeper, ines: str
) -> None:
    with frozen_at(NOON):
        fail(uow, door, ines, 5)
        for _ in range(20):
            with pytest.raises(TooManyRequests):
                enter(uow, door, ines, "wrong")
    with frozen_at(NOON + timedelta(seconds=1.1)):
        enter(uow, door, ines)


class SlowPasswords(Passwords):
    """As many are checked at once as are sent at once."""

    def check(self, kept: str | None, password: str) -> Checked:
        time.sleep(0.3)
        return super().check(kept, password)


def outcomes(
    uow: UnitOfWorkFactory, settings: Settings, attempts: list[tuple[str, str, str]]
) -> Counter[type[BaseException] | None]:
    """What comes of these addresses of people, passwords and addresses of networks, sent at once."""
    door = Doorkeeper.of(settings, SlowPasswords(CHEAPEST))

    def outcome(attempt: tuple[str, str, str]) -> type[BaseException] | None:
        try:
            enter(uow, door, *attempt)
        except (Unauthenticated, TooManyRequests) as error:
            return type(error)
        return None

    with ThreadPoolExecutor(len(attempts)) as pool:
        return Counter(pool.map(outcome, attempts))


@pytest.mark.parametrize("email", ["ines@example.org", "unknown@example.org"])
def test_guesses_that_are_sent_at_once_count_like_those_one_after_another(
    uow: UnitOfWorkFactory, settings: Settings, ines: str, email: str
) -> None:
    guesses = [(email, f"wrong {number}", HOME) for number in range(24)]
    assert outcomes(uow, settings, guesses) == {Unauthenticated: 5, TooManyRequests: 19}


def test_the_right_password_counts_nothing_beside_others_of_the_same_network(
    uow: UnitOfWorkFactory, settings: Settings, ines: str
) -> None:
    for _ in range(3):
        assert outcomes(uow, settings, [(ines, PASSWORD, HOME)] * 5) == {None: 5}
    door = Doorkeeper.of(settings, PASSWORDS)
    fail(uow, door, "other@example.org", 5)
    for number in range(12):
        fail(uow, door, f"person{number}@example.org", 2)
    assert enter(uow, door, ines).user.user_id == "ines"


def test_the_right_password_makes_a_new_start(uow: UnitOfWorkFactory, door: Doorkeeper, ines: str) -> None:
    with frozen_at(NOON):
        for _ in range(3):
            fail(uow, door, ines, 4)
            enter(uow, door, ines)


def test_a_stranger_elsewhere_does_not_lock_the_owner_out(
    uow: UnitOfWorkFactory, door: Doorkeeper, ines: str
) -> None:
    with frozen_at(NOON):
        fail(uow, door, ines, 5, ELSEWHERE)
        enter(uow, door, ines, address=HOME)


def test_an_address_that_guesses_at_many_accounts_is_locked_out_though_it_signs_in_between(
    uow: UnitOfWorkFactory, door: Doorkeeper, ines: str
) -> None:
    with frozen_at(NOON):
        for number in range(10):
            fail(uow, door, f"person{number}@example.org", 3)
            if number < 9:
                enter(uow, door, ines)
        with pytest.raises(TooManyRequests):
            enter(uow, door, ines)
        enter(uow, door, ines, address=ELSEWHERE)


def test_guesses_are_forgotten_after_a_day(uow: UnitOfWorkFactory, door: Doorkeeper, ines: str) -> None:
    with frozen_at(NOON):
        fail(uow, door, ines, 4)
    with frozen_at(NOON + timedelta(days=1, minutes=1)):
        fail(uow, door, ines, 4)
        enter(uow, door, ines)


def test_a_hash_of_older_parameters_is_renewed_while_signing_in(
    uow: UnitOfWorkFactory, settings: Settings, ines: str
) -> None:
    stronger = Passwords(Parameters(CHEAPEST.type, 19, 8, 4, time_cost=2, memory_cost=16, parallelism=1))
    enter(uow, Doorkeeper.of(settings, stronger), ines)
    with uow() as tx:
        assert "t=2" in (tx.accounts.user("ines").password_hash or "")
    enter(uow, Doorkeeper.of(settings, stronger), ines)


def test_whoever_was_only_invited_cannot_sign_in(uow: UnitOfWorkFactory, door: Doorkeeper) -> None:
    fresh = people.invite_user(uow, Actor.system("test"), email="luc@example.org", name="Luc")
    for password in (fresh.invitation.text, fresh.invitation.kept, ""):
        with pytest.raises(Unauthenticated):
            enter(uow, door, "luc@example.org", password)


def test_an_actor_has_the_roles_kinds_and_territories_of_now(
    uow: UnitOfWorkFactory, door: Doorkeeper, ines: str
) -> None:
    token = enter(uow, door, ines).token
    actor = accounts.actor_of_session(uow, door, token)
    assert actor.companies(role=Role.OWNER) == {"alba"}
    assert actor.companies(CompanyKind.SALES_AGENT) == {"alba", "lumen"}
    assert actor.territories() == {"FR", "BE"}
    with uow() as tx:
        tx.accounts.remove_membership("ines", "lumen")
        tx.commit()
    assert accounts.actor_of_session(uow, door, token).companies() == {"alba"}


def test_the_use_of_a_session_is_noted_once_a_minute(
    uow: UnitOfWorkFactory, door: Doorkeeper, ines: str
) -> None:
    with frozen_at(NOON):
        signed_in = enter(uow, door, ines)
    for seconds, noted in ((59, 0), (61, 61), (90, 61)):
        with frozen_at(NOON + timedelta(seconds=seconds)):
            accounts.actor_of_session(uow, door, signed_in.token)
        assert session_of(uow, signed_in).last_seen_at == NOON + timedelta(seconds=noted)


def test_a_clock_set_back_ends_no_session_and_prolongs_none_beyond_its_limit(
    uow: UnitOfWorkFactory, door: Doorkeeper, ines: str
) -> None:
    with frozen_at(NOON):
        signed_in = enter(uow, door, ines)
    with frozen_at(NOON - timedelta(hours=3)):
        accounts.actor_of_session(uow, door, signed_in.token)
    assert session_of(uow, signed_in).expires_at <= NOON + door.session


def test_only_the_hash_of_a_token_is_stored(uow: UnitOfWorkFactory, door: Doorkeeper, ines: str) -> None:
    signed_in = enter(uow, door, ines)
    assert session_of(uow, signed_in).token_hash == fingerprint(signed_in.token)
    assert signed_in.token not in repr(signed_in)


def test_a_wrong_current_password_is_a_guess_like_any_other(
    uow: UnitOfWorkFactory, door: Doorkeeper, ines: str
) -> None:
    actor = accounts.actor_of_session(uow, door, enter(uow, door, ines).token)

    def change(current: str) -> SignedIn:
        return accounts.change_password(
            uow, door, actor, current=current, new="nine candles in the nursery", address=HOME
        )

    with frozen_at(NOON):
        for _ in range(5):
            with pytest.raises(Invalid):
                change("wrong")
        with pytest.raises(TooManyRequests):
            change(PASSWORD)


def test_programs_have_no_password_and_no_sessions(uow: UnitOfWorkFactory, door: Doorkeeper) -> None:
    program = Actor("key_1", scopes=frozenset({Scope.WRITE}))
    with pytest.raises(Unauthenticated, match="for people only"):
        accounts.sign_out_everywhere(uow, program)
    accounts.sign_out(uow, program)


def test_a_key_acts_as_a_member_of_its_company(uow: UnitOfWorkFactory, ines: str) -> None:
    new = keys.make_key(uow, Actor.system("create-key"), name="sync", company_id="lumen", scopes=[Scope.READ])
    actor = accounts.actor_of_key(uow, new.key.text)
    assert actor.companies(role=Role.MEMBER) == {"lumen"}
    assert actor.companies(role=Role.OWNER) == frozenset()
    assert actor.territories() == {"FR", "BE"}
    assert actor.user_id is None
    with uow() as tx:
        assert tx.api_keys.get(new.record.key_id).last_used_at is not None


def test_an_administrator_made_on_the_command_line_signs_in(uow: UnitOfWorkFactory, door: Doorkeeper) -> None:
    made = people.create_administrator(
        uow, PASSWORDS, Actor.system("create-user"), email="a@example.org", name="A", password=PASSWORD
    )
    assert made.is_administrator
    actor = accounts.actor_of_session(uow, door, enter(uow, door, "a@example.org").token)
    assert actor.is_administrator
    with pytest.raises(Invalid, match="at least 12"):
        people.create_administrator(
            uow, PASSWORDS, Actor.system("create-user"), email="b@example.org", name="B", password="short"
        )
