from __future__ import annotations

import pandas as pd

from recommender.market.domain import Distributor, Film
from recommender.space.text import distributor_text, film_text, film_texts


def test_a_film_is_its_synopsis() -> None:
    assert film_text(Film("f1", "The Salt Road", " A widow walks home. ")) == "A widow walks home."


def test_a_film_without_a_synopsis_is_its_title() -> None:
    assert film_text(Film("f1", " The Salt Road ", " \n ")) == "The Salt Road"


def test_a_table_of_films_gives_the_same_texts_as_its_films_one_by_one() -> None:
    rows = [("f1", "The Salt Road", "A widow walks home."), ("f2", "Ledger", ""), ("f3", "שלום", "🎬 ")]
    table = pd.DataFrame(rows, columns=["film_id", "title", "synopsis"], index=[7, 7, 2])
    assert film_texts(table) == [film_text(Film(*row)) for row in rows]


def test_a_distributor_is_its_brief_and_nothing_where_it_has_none() -> None:
    with_brief = Distributor("d1", "Lumen", "FR", "independent", brief=" Quiet dramas. ")
    assert distributor_text(with_brief) == "Quiet dramas."
    assert distributor_text(Distributor("d2", "Comet", "FR", "independent")) == ""
