"""Reasons in the reader's words say what the core counted, and nothing else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from recommender.ranking import wording
from recommender.ranking.wording import Told
from service.web.reader import Reader
from service.web.reasons import TEXTS, worded

READER = Reader()
EVERYTHING = (
    wording.likeness("Low Tide", 2019, 0.4567, 3, 50, "GB"),
    wording.briefly(0.321),
    *(
        wording.contents(what, counts, described, 2015)
        for what, name in (("genres", "Drama"), ("countries", "FR"), ("languages", "fr"))
        for counts, described in (([(name, 4, 2)], 8), ([], 8), ([(name, 0, 0)], 0))
    ),
    *(
        wording.history(group, counts)
        for group in ("people", "companies", "sales agent")
        for counts in ([("Ana Ruiz", 2)], [("Bo Lind", 0)], [])
    ),
    wording.own_production(["Lumen Production", "Lumen Films"]),
    wording.own_production([]),
    *(wording.age(years, 3, 8) for years in (-1, 0, 1, 2, 3)),
    wording.age(0, 0, 0),
    wording.activity(1, 7, "2018-03-04"),
    wording.activity(0, 0, ""),
    wording.size(0.61, "GB"),
    wording.success(0.73, 5),
    wording.success(0.73, 1),
    wording.success(None, 0),
    wording.pattern(4, 60),
    *(wording.elsewhere(2, 60, buyers) for buyers in (0, 1, 7)),
)


def as_answer(told: Told) -> dict[str, Any]:
    return {"text": told.text, "kind": told.kind, "facts": told.facts}


def said(told: Told, *, mine: bool = False, reader: Reader = READER) -> str:
    return worded(reader, as_answer(told), mine=mine)


@pytest.mark.parametrize("told", EVERYTHING, ids=lambda told: told.kind)
@pytest.mark.parametrize("mine", [False, True])
def test_every_fact_of_the_core_has_words_of_its_own(told: Told, mine: bool) -> None:
    sentence = said(told, mine=mine)
    assert sentence != told.text
    assert "%(" not in sentence
    assert sentence[0].isupper()


@pytest.mark.parametrize("told", EVERYTHING, ids=lambda told: told.kind)
def test_who_reads_about_itself_is_spoken_to(told: Told) -> None:
    assert not re.search(r"\b(it|its)\b", said(told, mine=True), re.IGNORECASE)


def test_every_text_is_said_of_some_fact() -> None:
    assert {told.kind for told in EVERYTHING} == {re.sub(r"_\d$", "", kind) for kind in TEXTS}


def test_places_languages_and_days_have_names() -> None:
    assert said(wording.contents("countries", [("FR", 4, 2), ("BE", 0, 0)], 8, 2015), mine=True) == (
        "Since 2015 you have released 4 films from France (50%, 2 in the top quarter of the year) and no film from "
        "Belgium, of 8 in all"
    )
    assert "1 film in French (50%)" in said(wording.contents("languages", [("fr", 1, 0)], 2, 2015))
    assert "United Kingdom" in said(wording.size(0.61, "GB"))
    german = Reader(Locale("de"))
    told = wording.activity(1, 1700, "2018-03-04")
    assert "04.03.2018" in said(told, reader=german)
    assert "1.700" in said(told, reader=german)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(1, 300))
def test_what_was_counted_is_what_is_said(count: int, hits: int, described: int) -> None:
    count, hits = min(count, described), min(hits, count, described)
    told = wording.contents("genres", [("Drama", count, hits)], described, 2001)
    numbers = re.findall(r"\d+", said(told))
    share = [str(round(100 * count / described))] if count else []
    assert numbers[0] == "2001"
    assert numbers[-1] == str(described)
    assert numbers[1:-1][:1] == ([str(count)] if count else [])
    assert len(numbers) == 2 + bool(count) + len(share) + bool(hits)


def test_an_answer_kept_before_reasons_had_facts_says_its_text() -> None:
    assert worded(READER, {"group": "size", "text": "wider than most", "log_odds": 0.1}) == "wider than most"


def test_what_people_wrote_into_a_name_is_no_format() -> None:
    assert "100 %(title)s" in said(wording.likeness("100 %(title)s", 2019, 0.5, 1, 2, "FR"))
