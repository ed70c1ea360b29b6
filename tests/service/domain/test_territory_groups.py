import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.market.territories import TERRITORIES
from service.domain.territory_groups import GROUPS, expand
from service.errors import Invalid

PLACES = st.lists(st.sampled_from([*GROUPS, "FR", "US", "KR"]), max_size=5)


@pytest.mark.parametrize(
    ("place", "countries"),
    [
        ("Benelux", ("BE", "LU", "NL")),
        ("GAS", ("AT", "CH", "DE")),
        ("scandinavia", ("DK", "NO", "SE")),
        ("FR", ("FR",)),
        (" north-America ", ("CA", "US")),
        ("Germany", ("DE",)),
        ("DACH", ("AT", "CH", "DE")),
        ("UK", ("GB",)),
        ("U.S.A.", ("US",)),
        ("Cote d'Ivoire", ("CI",)),
        ("Worldwide", tuple(sorted(TERRITORIES))),
    ],
)
def test_a_place_is_its_countries(place: str, countries: tuple[str, ...]) -> None:
    assert expand([place]) == countries


@pytest.mark.parametrize(("place", "some"), [("Latin America", "AR"), ("Middle East", "EG")])
def test_names_are_written_as_the_trade_does(place: str, some: str) -> None:
    assert some in expand([place])


def test_groups_that_overlap_give_each_country_once() -> None:
    assert expand(["scandinavia", "nordics", "SE"]).count("SE") == 1
    assert expand(["world"]) == tuple(sorted(TERRITORIES))


@given(PLACES, PLACES)
def test_places_together_are_the_places_one_by_one(one: list[str], other: list[str]) -> None:
    assert set(expand([*one, *other])) == {*expand(one), *expand(other)}
    assert expand(expand(one)) == expand(one)


@pytest.mark.parametrize(
    ("place", "remedy"),
    [
        ("Benlux", "benelux"),
        ("Germny", "germany"),
        ("fr", "Write FR"),
        ("Atlantis", "ISO 3166-1"),
        ("", "ISO"),
    ],
)
def test_what_is_no_place_is_named_with_what_was_meant(place: str, remedy: str) -> None:
    with pytest.raises(Invalid) as raised:
        expand(["FR", place, "XX"])
    assert [problem.field for problem in raised.value.problems] == ["territories"] * 2
    assert remedy in raised.value.problems[0].remedy


def test_every_group_holds_countries_only() -> None:
    assert all(countries and countries <= TERRITORIES for countries in GROUPS.values())
