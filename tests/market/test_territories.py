import pytest

from recommender.errors import QueryError
from recommender.market.territories import COUNTRIES, TERRITORIES, territory_code


def test_all_249_codes_are_there() -> None:
    assert len(TERRITORIES) == 249
    assert all(len(code) == 2 and code.isascii() and code.isupper() for code in COUNTRIES)


def test_states_that_no_longer_exist_are_countries_but_no_territories() -> None:
    former = {"SU", "YU", "CS", "DD", "XK"}
    assert former <= COUNTRIES
    assert not former & TERRITORIES


def test_a_code_is_given_back() -> None:
    assert territory_code("FR") == "FR"


@pytest.mark.parametrize(("slip", "meant"), [("fr", "FR"), ("UK", "GB"), (" us", "US"), ("USA", "US")])
def test_a_slip_is_refused_with_what_was_meant(slip: str, meant: str) -> None:
    with pytest.raises(QueryError, match=f"Did you mean {meant}"):
        territory_code(slip)


@pytest.mark.parametrize("code", ["", "ZZ", "France", "SU", "EU"])
def test_anything_else_is_refused_with_an_example(code: str) -> None:
    with pytest.raises(QueryError, match="alpha-2"):
        territory_code(code)
