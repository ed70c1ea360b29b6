"""The words of the trade, and what a probability means."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import usecases
from service.domain import words as vocabularies
from service.domain.words import Direction, GrantStatus, MediaRight
from service.usecases import batches, imports, training
from service.usecases.events import planning
from service.web.actions import ACTIONS, action_name
from service.web.pages.admin.jobs import KINDS
from service.web.reader import Reader
from service.web.words import LABELS, chance, label

READER = Reader()
NEVER_SHOWN = {"ChangeKind", "RunKind"}
SHOWN = [
    kind
    for name in vocabularies.__all__
    if issubclass(kind := getattr(vocabularies, name), StrEnum) and name not in NEVER_SHOWN
]


@pytest.mark.parametrize("vocabulary", SHOWN)
def test_every_word_that_people_see_has_a_label(vocabulary: type[StrEnum]) -> None:
    assert {word.value for word in vocabulary} == {value for kind, value in LABELS if kind is vocabulary}


def test_a_word_is_shown_as_the_trade_says_it() -> None:
    assert label(READER, MediaRight.PAY_TV) == "Pay TV"
    assert label(READER, Direction.SOLD) == "Sold"
    assert label(READER, GrantStatus.INACTIVE) == "Withdrawn"


def test_what_was_done_is_told_in_words_whatever_it_was_done_to() -> None:
    folder = Path(usecases.__file__).parent
    named = {
        verb
        for path in folder.rglob("*.py")
        for verb in re.findall(r'"(?:[a-z_]+|\{[a-z_.]+\})\.([a-z_]+)",', path.read_text())
    }
    assert named - {"csv", "ics", "pdf"} <= set(ACTIONS)
    assert action_name(READER, "film.update") == "Changed"
    assert action_name(READER, "film.recut") == "film.recut"


def test_every_kind_of_job_has_a_name() -> None:
    asked_for = {training.TRAIN, training.PROMOTE, imports.JOB, batches.MATCH_BATCH, planning.JOB}
    assert set(KINDS) == asked_for


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.99, "nearly certain"),
        (0.95, "about 19 in 20"),
        (0.91, "about 9 in 10"),
        (0.7, "about 7 in 10"),
        (0.5, "about 5 in 10"),
        (0.41, "about 4 in 10"),
        (0.25, "about 1 in 4"),
        (0.052, "about 1 in 19"),
        (0.012, "about 1 in 85"),
        (0.0021, "about 1 in 500"),
        (0.0004, "less than 1 in 1,000"),
    ],
)
def test_a_probability_is_told_as_a_frequency(probability: float, words: str) -> None:
    assert chance(READER, probability) == words


@given(st.floats(0.0011, 0.36))
def test_the_words_are_never_far_from_the_figure(probability: float) -> None:
    told = 1 / float(chance(READER, probability).rpartition(" ")[2].replace(",", ""))
    assert told == pytest.approx(probability, rel=0.3)
