"""What a form sent: lists that survive being shown and sent again, repeated fields, passwords to the letter."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData

from service.web.forms import Form, differences, empty_form

NAMES = st.lists(
    st.text(st.characters(exclude_characters=";\n\r", exclude_categories=["Cs"]), min_size=1)
    .map(str.strip)
    .filter(bool),
    unique=True,
    max_size=5,
)


def sent(*fields: tuple[str, str]) -> Form:
    return Form(FormData(list(fields)))


@given(NAMES)
def test_a_list_that_is_shown_and_sent_again_is_the_same(names: list[str]) -> None:
    shown = empty_form({"cast": names}).text("cast")
    assert sent(("title", "x"), ("cast", shown)).texts("cast") == names


def test_commas_part_names_unless_a_semicolon_or_a_line_does() -> None:
    assert sent(("cast", "Ada Lee, Ben Roe")).texts("cast") == ["Ada Lee", "Ben Roe"]
    assert sent(("cast", "Harbour Films, Inc.; Kite")).texts("cast") == ["Harbour Films, Inc.", "Kite"]
    assert sent(("cast", "Harbour Films, Inc.\r\nKite\r\n")).texts("cast") == ["Harbour Films, Inc.", "Kite"]
    assert sent(("cast", "Harbour Films, Inc.;")).texts("cast") == ["Harbour Films, Inc."]


def test_a_repeated_field_keeps_empty_and_equal_values_in_their_order() -> None:
    form = sent(("came", ""), ("came", "held"), ("came", "held"), ("came", "a, b"))
    assert form.column("came") == ["", "held", "held", "a, b"]
    assert form.texts("came") == ["held", "a, b"]


def test_passwords_are_taken_as_they_were_typed() -> None:
    form = sent(("password", " two words "), ("name", " Ann "))
    assert (form.text("password"), form.text("name")) == (" two words ", "Ann")


def test_differences_name_what_would_be_written_over_and_nothing_else() -> None:
    form = sent(("title", "Mine"), ("budget_usd", "1000"), ("year", "2020"), ("cast", "Ada, Ben"))
    stored = {"title": "Theirs", "budget_usd": "1000.00", "year": 2021, "cast": ["Ada", "Ben"], "note": "n"}
    assert differences(form, stored, ("title", "budget_usd", "year", "cast", "note")) == [
        ("title", "Theirs"),
        ("year", "2021"),
    ]
    assert differences(form, {**stored, "budget_usd": None}, ("budget_usd",)) == [("budget_usd", "")]
