from __future__ import annotations

import pytest

from service.errors import (
    Conflict,
    FieldProblem,
    Invalid,
    NotFound,
    PreconditionFailed,
    RightsConflict,
    ServiceError,
    TooManyRequests,
    Unavailable,
)


def test_a_message_is_one_sentence_and_the_remedy_another() -> None:
    error = Conflict("the film\n  is taken.", "Use another one.", field="film_id")
    assert str(error) == "the film is taken. Use another one."
    assert (error.message, error.remedy) == ("the film is taken", "Use another one")
    assert str(ServiceError("it is over")) == "it is over."
    assert str(ServiceError("x is no setting", "Did you mean y?")) == "x is no setting. Did you mean y?"


def test_a_wrong_request_tells_the_first_problem_and_counts_the_rest() -> None:
    problems = [
        FieldProblem("year", "it is out of range", "Correct it"),
        FieldProblem("", "too much", "Send less"),
    ]
    error = Invalid(problems)
    assert str(error) == "year: it is out of range. Correct it (1 more)."
    assert [str(problem) for problem in error.problems] == [
        "year: it is out of range. Correct it.",
        "too much. Send less.",
    ]
    assert Invalid.field("k", "it is zero", "Ask for one or more").problems[0].field == "k"
    with pytest.raises(ValueError, match="at least one problem"):
        Invalid([])


def test_every_error_says_what_next() -> None:
    for error in (
        NotFound("film", "f1"),
        PreconditionFailed("film", "f1"),
        TooManyRequests("slow down", 3),
        Unavailable("away"),
    ):
        assert error.remedy
    assert "'f1'" in str(NotFound("film", "f1"))
    assert "Try again in 3 seconds" in str(TooManyRequests("slow down", 2.6))


def test_a_conflict_of_rights_is_a_conflict() -> None:
    assert issubclass(RightsConflict, Conflict)
