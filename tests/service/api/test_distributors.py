from tests.service.world import World

DISTRIBUTORS = "/api/v1/distributors"
ANY = {"If-Match": "*"}


def test_a_member_adds_its_company_in_a_territory(world: World) -> None:
    lumen = world.sign_in("lumen-owner")
    body = {
        "territory": "BE",
        "brief": "Auteur dramas.",
        "media_rights": ["svod"],
        "budget_max_usd": 3_000_000,
    }
    answer = lumen.post(DISTRIBUTORS, json=body)
    assert answer.status_code == 201
    added = answer.json()
    assert added["distributor_id"].startswith("distributor_")
    assert (added["name"], added["company_id"], added["kind"]) == ("Lumen", "lumen", "independent")
    assert (added["brief"], added["budget_max_usd"]) == ("Auteur dramas.", "3000000.00")
    again = lumen.post(DISTRIBUTORS, json={"territory": "BE"})
    assert (again.status_code, again.json()["errors"][0]["field"]) == (409, "territory")


BY_WHOM: list[tuple[str, str, int]] = [
    ("lumen-owner", "harbor", 403),
    ("alba-owner", "", 403),
    ("nobody", "lumen", 403),
    ("admin", "lumen", 201),
    ("admin", "alba", 422),
    ("admin", "none", 404),
]


def test_nobody_adds_another_company(world: World) -> None:
    for who, company_id, status in BY_WHOM:
        answer = world.sign_in(who).post(DISTRIBUTORS, json={"territory": "DE", "company_id": company_id})
        assert answer.status_code == status, f"{who}: {answer.text}"


def test_a_change_keeps_the_rest_and_never_the_territory(world: World) -> None:
    lumen, path = world.sign_in("lumen-owner"), f"{DISTRIBUTORS}/lumen-fr"
    before = lumen.get(path)
    changed = lumen.patch(
        path, json={"genres_never": ["Horror"]}, headers={"If-Match": before.headers["etag"]}
    )
    assert changed.json() == {**before.json(), "genres_never": ["Horror"], "version": 2}
    assert lumen.patch(path, json={"territory": "DE"}, headers=ANY).status_code == 422
    order = lumen.patch(path, json={"budget_min_usd": 2, "budget_max_usd": 1}, headers=ANY)
    assert (order.status_code, order.json()["errors"][0]["field"]) == (422, "budget_min_usd")


def test_everybody_finds_distributors(world: World) -> None:
    world.sign_in("lumen-owner").patch(
        f"{DISTRIBUTORS}/lumen-fr", json={"media_rights": ["svod"]}, headers=ANY
    )
    browser = world.sign_in("nobody")

    def found(query: str) -> list[str]:
        items = browser.get(f"{DISTRIBUTORS}{query}").json()["items"]
        return [item["distributor_id"] for item in items]

    assert found("") == ["lumen-fr", "harbor-us"]
    assert found("?territory=US") == ["harbor-us"]
    assert found("?media_right=svod") == ["lumen-fr"]
    assert found("?query=HARB") == ["harbor-us"]
    assert found("?company_id=lumen&kind=major") == []
    page = browser.get(f"{DISTRIBUTORS}?limit=1").json()
    assert found(f"?limit=1&cursor={page['next_cursor']}") == ["harbor-us"]


def test_an_administrator_deletes_an_unused_profile(world: World) -> None:
    assert world.sign_in("admin").delete(f"{DISTRIBUTORS}/harbor-us", headers=ANY).status_code == 204
    assert world.sign_in("nobody").get(f"{DISTRIBUTORS}/harbor-us").status_code == 404
