from pathlib import Path

from recommender.market import read_market
from scripts.demo import FILMS, TERRITORIES, largest_territories, newcomer, slate

MARKET = read_market(Path(__file__).resolve().parents[1] / "data" / "sample")


def test_the_films_shown_are_new_and_of_different_genres() -> None:
    films = slate(MARKET)
    assert len(films) == FILMS
    genres = [genre for film in films for genre in film.genres]
    assert len(genres) == len(set(genres))
    assert {film.year for film in films} == {2026}
    assert not any(MARKET.deals_of(film.film_id) for film in films)


def test_the_territories_shown_have_distributors() -> None:
    codes = largest_territories(MARKET)
    assert len(set(codes)) == TERRITORIES
    assert set(codes) <= set(MARKET.distributors["territory"])


def test_the_distributor_shown_has_a_brief_and_no_deal() -> None:
    company = MARKET.distributor(newcomer(MARKET))
    assert company.brief
    assert company.distributor_id not in set(MARKET.deals["distributor_id"])
