import re
import unicodedata

import pytest
from argon2 import Parameters
from argon2.profiles import CHEAPEST
from hypothesis import given, settings
from hypothesis import strategies as st

from service.security.identity import (
    MAX_PASSWORD,
    Passwords,
    fingerprint,
    new_api_key,
    new_token,
    password_problem,
    read_api_key,
)

PASSWORDS = Passwords(CHEAPEST)


@settings(max_examples=30)
@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_only_the_right_password_is_right(password: str, other: str) -> None:
    kept = PASSWORDS.hash(password)
    assert PASSWORDS.check(kept, password).right
    assert other == password or not PASSWORDS.check(kept, other).right or _same(password, other)


def _same(one: str, other: str) -> bool:
    return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


def test_accents_may_be_typed_in_either_way() -> None:
    assert PASSWORDS.check(PASSWORDS.hash("caf\u00e9 au lait"), "cafe\u0301 au lait").right


def test_two_hashes_of_one_password_differ() -> None:
    assert PASSWORDS.hash("one two three four") != PASSWORDS.hash("one two three four")


def test_a_hash_is_argon2id_and_does_not_contain_the_password() -> None:
    kept = PASSWORDS.hash("one two three four")
    assert kept.startswith("$argon2id$")
    assert "one" not in kept


@pytest.mark.parametrize("kept", [None, "", "$2b$12$abcdefghijklmnopqrstuv", "plain"])
def test_whoever_has_no_argon2_hash_cannot_sign_in(kept: str | None) -> None:
    assert not PASSWORDS.check(kept, "plain").right


def test_an_unknown_user_costs_a_hash_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    passwords = Passwords(CHEAPEST)
    monkeypatch.setattr(passwords, "_hasher", _Counting(verified))
    passwords.check(None, "whatever")
    passwords.check("$argon2id$kept", "whatever")
    assert len(verified) == 2


class _Counting:
    def __init__(self, verified: list[str]) -> None:
        self.verified = verified

    def verify(self, kept: str, password: str) -> bool:
        self.verified.append(kept)
        return True

    def check_needs_rehash(self, kept: str) -> bool:
        return False


def test_a_hash_of_older_parameters_is_renewed_at_the_next_sign_in() -> None:
    stronger = Passwords(Parameters(CHEAPEST.type, 19, 8, 4, time_cost=2, memory_cost=16, parallelism=1))
    checked = stronger.check(PASSWORDS.hash("one two three four"), "one two three four")
    assert checked.right
    assert checked.new_hash is not None
    assert stronger.check(checked.new_hash, "one two three four").new_hash is None


def test_a_wrong_password_renews_nothing() -> None:
    stronger = Passwords(Parameters(CHEAPEST.type, 19, 8, 4, time_cost=2, memory_cost=16, parallelism=1))
    assert stronger.check(PASSWORDS.hash("one two three four"), "five").new_hash is None


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("short", "at least 12"),
        ("x" * (MAX_PASSWORD + 1), "at most"),
        ("abababababababab", "repeats"),
        ("Ines.Vidal@Example.org", "e-mail"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(password: str, word: str) -> None:
    assert word in (password_problem(password, email="ines.vidal@example.org") or "")


def test_several_words_are_a_good_password() -> None:
    assert password_problem("salt pans at low tide", email="ines@example.org") is None


def test_a_token_has_256_bits_and_a_32_byte_fingerprint() -> None:
    assert len({new_token() for _ in range(50)}) == 50
    assert len(new_token()) == 43
    assert len(fingerprint(new_token())) == 32


def test_a_key_proves_itself_and_no_other_does() -> None:
    key, other = new_api_key(), new_api_key()
    assert key.proves(key.kept)
    assert not other.proves(key.kept)
    assert re.fullmatch(r"rm_[0-9a-f]{12}_[0-9a-f]{64}", key.text)
    assert read_api_key(key.text) == key


def test_a_key_does_not_show_its_secret_when_printed() -> None:
    key = new_api_key()
    assert key.text.rpartition("_")[2] not in repr(key)
    assert key.prefix in repr(key)


@pytest.mark.parametrize(
    "text", ["", "rm_", "rm_abc_def", "sk_" + "0" * 77, "rm_" + "0" * 12 + "_" + "0" * 63]
)
def test_what_is_not_written_as_a_key_is_none(text: str) -> None:
    assert read_api_key(text) is None
