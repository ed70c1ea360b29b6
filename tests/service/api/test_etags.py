import pytest
from fastapi import FastAPI, Response
from fastapi.testclient import TestClient

from service.api.etags import IfMatch, set_etag
from service.api.problems import install


def client() -> TestClient:
    api = FastAPI()
    install(api)

    @api.patch("/thing")
    def change(expected: IfMatch, response: Response) -> int | None:
        set_etag(response, 4)
        return expected

    return TestClient(api)


def test_an_answer_carries_its_version() -> None:
    assert client().patch("/thing", headers={"If-Match": '"3"'}).headers["etag"] == '"4"'


@pytest.mark.parametrize(("given", "expected"), [('"3"', 3), (' "3" ', 3), ('W/"3"', 3), ("*", None)])
def test_the_version_to_change_is_read_from_if_match(given: str, expected: int | None) -> None:
    assert client().patch("/thing", headers={"If-Match": given}).json() == expected


def test_an_update_without_it_is_asked_for_it() -> None:
    answer = client().patch("/thing")
    assert answer.status_code == 428
    assert "If-Match" in answer.json()["remedy"]


@pytest.mark.parametrize("given", ["3", '"x"', '"3', '""', '"3", "4"', '"99999999999"'])
def test_what_is_no_etag_of_ours_is_a_bad_request(given: str) -> None:
    assert client().patch("/thing", headers={"If-Match": given}).status_code == 400
