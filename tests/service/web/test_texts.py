"""Every text of the interface is in the one catalogue."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from scripts.extract_texts import CATALOGUE, catalogue, said_in
from service.web import templating
from service.web.reader import reader_of

NAME = "Reelmatch"
SPOKEN = {"alt", "aria-label", "placeholder", "title"}
"""Attributes that people read or hear."""

TEMPLATES = sorted(
    path.relative_to(templating.TEMPLATES).as_posix() for path in templating.TEMPLATES.rglob("*.html")
)


class _Bare(HTMLParser):
    """Collects what people would read that no Jinja tag wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        if any(letter.isalpha() for letter in data.replace(NAME, "")):
            self.found.append(data.strip())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [
            value
            for name, value in attrs
            if name in SPOKEN and value and any(letter.isalpha() for letter in value)
        ]


def bare_texts(source: str) -> list[str]:
    """The parts of a template's text that are not marked for translation."""
    kept: list[str] = []
    words: list[str] = []
    inside, in_trans = "", False
    for _, kind, value in templating._environment().lex(source):
        if kind in ("block_begin", "variable_begin", "comment_begin"):
            inside, words = kind, []
        elif kind in ("block_end", "variable_end", "comment_end"):
            in_trans = {"trans": True, "endtrans": False, "pluralize": True}.get(
                words[0] if words and inside == "block_begin" else "", in_trans
            )
            inside = ""
        elif inside:
            words += [value] if kind == "name" else []
        elif kind == "data" and not in_trans:
            kept.append(value)
    parser = _Bare()
    parser.feed("".join(kept))
    parser.close()
    return parser.found


def test_the_catalogue_holds_what_is_said_now() -> None:
    assert CATALOGUE.read_bytes() == catalogue(), "run python scripts/extract_texts.py"


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_says_nothing_that_cannot_be_translated(name: str) -> None:
    source = (templating.TEMPLATES / name).read_text()
    assert not bare_texts(source)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_table_says_of_each_header_what_it_is_of(name: str) -> None:
    source = (templating.TEMPLATES / name).read_text()
    assert not re.findall(r"<th(?=[ >{])(?![^>]*scope=)[^>]*>", source)
    assert not re.findall(r"<th[^>]*></th>", source)


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_paragraph_is_cut_in_two_by_what_opens_in_it(name: str) -> None:
    # Browsers end a <p> where a <details> begins, and leave an empty one behind.
    source = (templating.TEMPLATES / name).read_text()
    assert not re.findall(r"<p\b[^>]*>(?:(?!</p>).)*(?:<details|parts\.(?:\w+_)?term\()", source, re.DOTALL)


def test_what_errors_and_jobs_say_is_in_the_catalogue_too() -> None:
    source = """
MESSAGE: Final = "it is over"
raise Invalid.field("day", "this is no  day.", f"Write {x}")
raise NotFound("film", film_id, "Look it up" if x else "Ask for it")
tx.jobs.finish(job_id, state, now(), MESSAGE)
found = {"verdict": "first", "reason": "nothing was in force"}
message, remedy = phrase("the event {name} is closed", name=event.name), "Open it again"
raise Conflict(message, remedy)
"""
    said = ["this is no day", "film", "Look it up", "Ask for it", "it is over", "nothing was in force"]
    said += ["the event {name} is closed", "Open it again"]
    assert sorted(said_in(source)) == sorted(said)
    for text in ("a decline needs a reason", "training without the latest deals"):
        assert f'msgid "{text}"'.encode() in CATALOGUE.read_bytes()


def test_a_text_that_is_not_marked_would_be_found() -> None:
    source = '<p title="Hidden">Plain {{ _("marked") }}</p>{% trans %}also marked{% endtrans %}'
    assert bare_texts(source) == ["Hidden", "Plain"]


def test_a_language_that_is_not_there_yet_is_english() -> None:
    reader = reader_of({"accept-language": "fr-FR,fr;q=0.9"}, {})
    assert reader.language == "en"
    assert reader.say("Sign in") == "Sign in"
