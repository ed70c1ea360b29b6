"""Sentences that keep what they are made of."""

from __future__ import annotations

import json
from copy import deepcopy

import pytest

from service.errors import Conflict, Invalid, NotFound
from service.phrases import Phrase, packed, phrase, remade

FRENCH = {
    "the event {name} is closed": "« {name} » est terminé",
    "no {noun} has the id {id!r}": "il n'y a pas de {noun} {id!r}",
    "film": "film français",
    "it is over": "c'est fini",
    "{message}. {remedy}": "{message}; {remedy}",
}


def translated(text: str) -> str:
    return FRENCH.get(text, text)


def french(text: str) -> str:
    assert isinstance(text, Phrase)
    return text.said(translated, _shown)


def _shown(value: object, form: str) -> str:
    return french(value) if isinstance(value, Phrase) else format(value, form)


def test_a_phrase_is_its_english_text() -> None:
    said = phrase("the event {name}\n   is closed.", name="Marché")
    assert said == "the event Marché is closed"
    assert json.dumps({"message": said}) == json.dumps({"message": "the event Marché is closed"})


def test_values_are_filled_into_the_translation_as_their_template_asks() -> None:
    assert french(phrase("the event {name} is closed", name="Marché")) == "« Marché » est terminé"
    assert phrase("at most {limit:,} of {id!r}", limit=10_000, id="it's") == 'at most 10,000 of "it\'s"'


def test_a_phrase_in_a_phrase_is_translated_too() -> None:
    said = phrase("no {noun} has the id {id!r}", noun=phrase("film"), id="x")
    assert (said, french(said)) == ("no film has the id 'x'", "il n'y a pas de film français 'x'")


@pytest.mark.parametrize(
    "slip", ["l'événement {nom} est terminé", "l'événement est terminé", "{name", "{} {name}", "{name:d}"]
)
def test_a_translation_without_the_values_or_with_others_is_not_said(slip: str) -> None:
    said = phrase("the event {name} is closed", name="Marché")
    assert said.said(lambda _: slip) == "the event Marché is closed"


def test_a_value_is_never_read_as_a_template() -> None:
    said = phrase("the event {name} is closed", name="{name} {0} %s {x.__class__}")
    assert french(said) == "« {name} {0} %s {x.__class__} » est terminé"
    assert phrase("50 % of {x} and } more") == "50 % of {x} and } more"


def test_what_is_kept_beside_a_text_makes_the_phrase_again() -> None:
    said = phrase("no {noun} has the id {id!r}", noun=phrase("film"), id="x")
    again = remade(str(said), json.loads(json.dumps(packed(said))))
    assert again == said
    assert french(again) == french(said)
    assert packed("it is over") is None
    assert type(remade("it is over", None)) is str


def test_a_copy_of_a_phrase_is_one() -> None:
    assert french(deepcopy(phrase("the event {name} is closed", name="Marché"))) == "« Marché » est terminé"


def test_errors_keep_the_phrases_that_they_are_given() -> None:
    error = Conflict(phrase("the event {name} is closed", name="Marché"), "it is over")
    assert str(error) == "the event Marché is closed. it is over."
    assert french(error.message) == "« Marché » est terminé"
    assert french(error.whole) == "« Marché » est terminé; c'est fini"


def test_the_first_problem_of_a_wrong_request_can_be_translated() -> None:
    error = Invalid.field("event_id", phrase("the event {name} is closed", name="Marché"), "it is over")
    assert french(error.whole) == "event_id: « Marché » est terminé; c'est fini"
    assert isinstance(NotFound("film", "x").remedy, Phrase)
