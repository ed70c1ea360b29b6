from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import UnknownIdError
from service.known_answers import KnownAnswers

JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def never() -> dict[str, Any]:
    raise AssertionError("worked out again")


@given(st.dictionaries(st.text(), JSON, max_size=3))
def test_a_known_answer_is_the_one_that_was_worked_out_to_the_last_digit(answer: dict[str, Any]) -> None:
    known = KnownAnswers()
    assert known.get("q", lambda: answer) == answer
    assert known.get("q", never) == answer


def test_whoever_gets_an_answer_may_change_it() -> None:
    known = KnownAnswers()
    known.get("q", lambda: {"matches": [1]})["matches"].append(2)
    assert known.get("q", never) == {"matches": [1]}


def test_the_answer_asked_for_least_recently_is_dropped_first() -> None:
    known = KnownAnswers(size=2)
    for question in ("a", "b", "a", "c"):
        known.get(question, lambda: {"to": "all"})
    known.get("a", never)
    known.get("c", never)
    assert known.get("b", lambda: {"to": "b again"}) == {"to": "b again"}


def test_what_is_raised_is_not_kept() -> None:
    known = KnownAnswers()

    def refuse() -> dict[str, Any]:
        raise UnknownIdError("film", "f")

    with pytest.raises(UnknownIdError):
        known.get("q", refuse)
    assert known.get("q", lambda: {"now": True}) == {"now": True}
