from fastapi.testclient import TestClient

from service.domain.words import Scope
from tests.service.world import World

FILMS = "/api/v1/films"
ANY = {"If-Match": "*"}


def add(browser: TestClient, **fields: object) -> dict[str, object]:
    answer = browser.post(FILMS, json={"title": "The Salt Ferry", **fields})
    assert answer.status_code == 201, answer.text
    film: dict[str, object] = answer.json()
    return film


def titles(browser: TestClient, query: str = "") -> list[str]:
    return [film["title"] for film in browser.get(f"{FILMS}{query}").json()["items"]]


def test_a_member_adds_a_film_to_its_only_agent(world: World) -> None:
    member = world.sign_in("alba-member")
    body = {
        "title": " The Salt Ferry ",
        "synopsis": "A pilot.\nA letter.",
        "year": 2026,
        "genres": ["Drama"],
        "countries": ["FR"],
        "stage": "production",
        "budget_usd": "1800000.50",
        "imdb_id": "tt0000001",
    }
    answer = member.post(FILMS, json=body)
    film = answer.json()
    assert film["film_id"].startswith("film_")
    assert (film["title"], film["owner_id"], film["sales_agent"]) == ("The Salt Ferry", "alba", "Alba")
    assert (film["budget_usd"], film["stage"], film["cast"]) == ("1800000.50", "production", [])
    assert answer.headers["etag"] == '"1"'
    assert member.get(f"{FILMS}/{film['film_id']}").json() == film


def test_an_administrator_adds_reference_data_that_everybody_reads(world: World) -> None:
    film = add(world.sign_in("admin"))
    assert film["owner_id"] is None
    assert titles(world.sign_in("nobody")) == ["The Salt Ferry"]


REFUSED: list[tuple[str, str | None, int]] = [
    ("alba-viewer", None, 403),
    ("lumen-owner", None, 403),
    ("nobody", None, 403),
    ("alba-owner", "grim", 404),
    ("admin", "alba", 404),
]


def test_nobody_else_adds_one(world: World) -> None:
    for who, owner_id, status in REFUSED:
        answer = world.sign_in(who).post(FILMS, json={"title": "X", "owner_id": owner_id})
        assert answer.status_code == status, f"{who}: {answer.text}"


def test_a_change_names_what_changes_and_null_makes_it_unknown(world: World) -> None:
    owner = world.sign_in("alba-owner")
    film = add(owner, year=2026, logline="A ferry.", genres=["Drama"])
    path = f"{FILMS}/{film['film_id']}"
    changed = owner.patch(path, json={"year": None, "genres": ["Comedy"]}, headers={"If-Match": '"1"'})
    assert changed.json() == {
        **film,
        "year": None,
        "genres": ["Comedy"],
        "version": 2,
        "updated_at": changed.json()["updated_at"],
    }
    assert owner.patch(path, json={"year": 2027}, headers={"If-Match": '"1"'}).status_code == 412
    assert owner.patch(path, json={"year": 2027}).status_code == 428
    assert owner.patch(path, json={"title": ""}, headers=ANY).status_code == 422
    trail = owner.get("/api/v1/audit?noun=film").json()["items"]
    assert trail[0]["diff"] == {"film.genres": [["Drama"], ["Comedy"]], "film.year": [2026, None]}


WRONG: list[tuple[dict[str, object], str]] = [
    ({"countries": ["XX"]}, "countries.0"),
    ({"year": 1492}, "year"),
    ({"imdb_id": "1"}, "imdb_id"),
    ({"eidr": "10.5240/1"}, "eidr"),
    ({"budget_usd": "-1"}, "budget_usd"),
    ({"stage": "cut"}, "stage"),
    ({"tittle": "X"}, "tittle"),
    ({"title": "\u0000"}, "title"),
]


def test_what_is_wrong_is_named(world: World) -> None:
    owner = world.sign_in("alba-owner")
    for fields, field in WRONG:
        answer = owner.post(FILMS, json={"title": "X", **fields})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field), answer.text
        assert answer.json()["errors"][0]["remedy"]


def test_two_films_never_share_an_identifier(world: World) -> None:
    owner = world.sign_in("alba-owner")
    first = add(owner, tmdb_id="77", title="First")
    answer = owner.post(FILMS, json={"title": "Second", "tmdb_id": "77"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (409, "tmdb_id")
    found = owner.get(f"{FILMS}?tmdb_id=77").json()["items"]
    assert [film["film_id"] for film in found] == [first["film_id"]]
    assert world.sign_in("grim-owner").get(f"{FILMS}?tmdb_id=77").json()["items"] == []
    assert owner.get(f"{FILMS}?imdb_id=tt0000009").json()["items"] == []


def test_an_identifier_is_one_however_it_is_written(world: World) -> None:
    owner = world.sign_in("alba-owner")
    film = add(owner, isan="0000-0001-8947-0000", imdb_id="https://www.imdb.com/title/tt0111161/")
    assert (film["isan"], film["imdb_id"]) == ("0000-0001-8947-0000-8", "tt0111161")
    for again in ({"isan": "0000-0001-8947-0000-8-0000-0000-D"}, {"imdb_id": "tt000111161"}):
        assert owner.post(FILMS, json={"title": "X", **again}).status_code == 409
        assert [one["film_id"] for one in owner.get(FILMS, params=again).json()["items"]] == [film["film_id"]]
    wrong = owner.post(FILMS, json={"title": "X", "isan": "0000-0001-8947-0000-9"}).json()
    assert "mistyped" in wrong["errors"][0]["message"]
    assert owner.get(FILMS, params={"isan": "none"}).json()["items"] == []


def test_a_list_is_filtered_and_comes_in_pages(world: World) -> None:
    owner = world.sign_in("alba-owner")
    add(owner, title="Tide", year=2020, genres=["Drama"], countries=["FR"], stage="completed")
    add(owner, title="Ebb", year=2024, genres=["Comedy"], countries=["BE"], stage="production")
    add(owner, title="Flood", year=2026, genres=["Drama"], countries=["BE"])
    assert titles(owner, "?genre=Drama&country=BE") == ["Flood"]
    assert titles(owner, "?year_from=2021&year_to=2025") == ["Ebb"]
    assert titles(owner, "?stage=completed") == ["Tide"]
    assert titles(owner, "?query=LOO") == ["Flood"]
    assert titles(owner, "?owner_id=grim") == []
    page = owner.get(f"{FILMS}?limit=2").json()
    assert titles(owner, f"?limit=2&cursor={page['next_cursor']}") == ["Flood"]


def test_only_an_owner_deletes_a_film_and_only_without_rights(world: World) -> None:
    owner = world.sign_in("alba-owner")
    path = f"{FILMS}/{add(owner)['film_id']}"
    assert world.sign_in("alba-member").delete(path, headers=ANY).status_code == 403
    assert owner.delete(path, headers=ANY).status_code == 204
    assert owner.get(path).status_code == 404


def test_a_key_needs_the_scope_to_write(world: World) -> None:
    assert world.program("alba", Scope.READ).post(FILMS, json={"title": "X"}).status_code == 403
    assert add(world.program("alba", Scope.WRITE))["owner_id"] == "alba"
