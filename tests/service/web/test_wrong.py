"""What is wrong with a field, in words for people."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

import pytest
from babel import Locale
from babel.support import NullTranslations
from pydantic import BaseModel, Field
from starlette.datastructures import FormData

from service.errors import Invalid
from service.web.forms import Form
from service.web.reader import Reader
from service.web.templating import render


class Sent(BaseModel):
    """Fields as forms have them."""

    title: Annotated[str, Field(min_length=1, max_length=5, pattern="^[a-z]*$")] = "x"
    budget: Annotated[Decimal, Field(ge=0, le=1000)] = Decimal(1)
    seats: int = 1
    many: Annotated[int, Field(le=10_000)] = 1
    day: Annotated[date | None, Field(ge=date(1880, 1, 1))] = None
    side: Literal["a", "b"] = "a"
    genres: Annotated[list[str], Field(max_length=2)] = []
    name: str


@pytest.mark.parametrize(
    ("field", "typed", "message", "remedy"),
    [
        ("title", "longer", "this is longer than 5 characters", "Shorten it"),
        ("title", "A", "this is not written as it has to be", "Look at the example beside the field"),
        ("budget", "a lot", "this is no number", "Write it in digits, such as 1500000"),
        ("budget", "-1", "this is less than 0", "Write a larger number"),
        ("budget", "1001", "this is more than 1,000", "Write a smaller number"),
        ("seats", "1.5", "this is no whole number", "Write it in digits, such as 12"),
        ("day", "tomorrow", "this is no day", "Choose one, or write it such as 2026-05-14"),
        ("day", "1870-01-01", "this is before 1880-01-01", "Choose a later day"),
        ("side", "c", "this cannot be chosen", "Choose one of the list"),
        ("genres", "a, b, c", "these are more than 2", "Leave some out"),
        ("name", "", "this is needed", "Fill it in"),
    ],
)
def test_each_wrong_field_is_told_for_people(field: str, typed: str, message: str, remedy: str) -> None:
    form = Form(FormData([("name", "Ann"), (field, typed)] if field != "name" else [("name", typed)]))
    with pytest.raises(Invalid) as refused:
        form.read(Sent, lists=("genres",))
    (problem,) = refused.value.problems
    assert (problem.field, problem.message, problem.remedy) == (field, message, remedy)


def test_what_a_message_quotes_never_becomes_markup_and_may_hold_any_sign() -> None:
    form = Form().refused(Invalid.field("title", "'<b>100 %s</b>' is no title", "Write 50% of it"))
    page = render("agent/_what_if.html", Reader(), {"form": form, "film": None})
    assert "&#39;&lt;b&gt;100 %s&lt;/b&gt;&#39; is no title. Write 50% of it." in page


class _French(NullTranslations):
    """Knows one text with a limit."""

    def gettext(self, message: str) -> str:
        return message.replace("this is more than {limit:,}", "c'est plus que {limit:,}")


def test_a_limit_is_told_in_the_readers_language_and_digits() -> None:
    reader = Reader(Locale("fr"), texts=_French())
    with pytest.raises(Invalid) as refused:
        Form(FormData([("name", "Ann"), ("many", "10001")])).read(Sent)
    form = Form().refused(refused.value)
    page = render("agent/_what_if.html", reader, {"form": form, "film": None})
    assert "c&#39;est plus que 10\u202f000." in page
