import base64

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel

from service.api.paging import PageOf, PagingDep
from service.api.problems import install
from service.domain.paging import Page


class Item(BaseModel):
    number: int


def client() -> TestClient:
    api = FastAPI()
    install(api)

    def _page(paging: PagingDep) -> PageOf[Item]:
        after = paging.request.after or 0
        numbers = tuple(range(after + 1, min(after + paging.request.size, 7) + 1))
        page = Page(numbers, numbers[-1] if numbers and numbers[-1] < 7 else None)
        return paging.render(page, lambda number: Item(number=number))

    api.get("/numbers")(_page)
    api.get("/others")(_page)
    return TestClient(api)


def test_the_pages_together_are_the_list() -> None:
    web, seen, cursor = client(), [], None
    for _ in range(4):
        params = {"limit": 3, **({"cursor": cursor} if cursor else {})}
        answer = web.get("/numbers", params=params).json()
        seen += [item["number"] for item in answer["items"]]
        cursor = answer["next_cursor"]
        if cursor is None:
            break
    assert seen == [1, 2, 3, 4, 5, 6, 7]


def test_a_cursor_is_opaque_and_safe_in_a_url() -> None:
    cursor = client().get("/numbers?limit=3").json()["next_cursor"]
    assert cursor.replace("-", "").replace("_", "").isalnum()


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "!!!",
        "é",
        "a" * 500,
        encoded("/numbers#x"),
        encoded("/numbers#-1"),
        encoded("/numbers#99999999999999999999"),
        encoded("/numbers#٣"),
        encoded("/others#3"),
        encoded("3"),
    ],
)
def test_a_broken_or_foreign_cursor_is_a_bad_request(cursor: str) -> None:
    answer = client().get("/numbers", params={"cursor": cursor})
    assert answer.status_code == 400
    assert answer.json()["remedy"] == "Start again without a cursor"


@pytest.mark.parametrize("limit", ["0", "201", "x", "-1"])
def test_a_limit_out_of_range_is_refused(limit: str) -> None:
    answer = client().get("/numbers", params={"limit": limit})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "limit")
