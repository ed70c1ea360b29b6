"""Pages of lists."""

from __future__ import annotations

from starlette.requests import Request

from service.domain.paging import Page
from service.domain.words import JobState
from service.web.lists import chosen, further


def asked(query: str) -> Request:
    scope = {"type": "http", "method": "GET", "path": "/admin/jobs", "query_string": query.encode()}
    return Request({**scope, "headers": [(b"host", b"x")], "server": ("x", 80), "scheme": "http"})


def test_the_next_page_keeps_the_filters() -> None:
    assert further(asked("state=failed&after=90"), Page((1,), 40)) == "/admin/jobs?state=failed&after=40"


def test_the_last_page_leads_nowhere() -> None:
    assert further(asked(""), Page((1,))) == ""


def test_a_filter_that_is_empty_or_no_word_is_none() -> None:
    assert chosen(JobState, "failed") is JobState.FAILED
    assert chosen(JobState, "") is None
    assert chosen(JobState, "<b>") is None
