import pandas as pd

from recommender.space.text import brief_texts, film_texts


def test_a_film_is_its_synopsis_and_nothing_where_it_has_none() -> None:
    rows = [("The Salt Road", " A widow walks home. "), ("Ledger", ""), ("שלום", "🎬 ")]
    table = pd.DataFrame(rows, columns=["title", "synopsis"], index=[7, 7, 2])
    assert film_texts(table) == ["A widow walks home.", "", "🎬"]


def test_a_distributor_is_its_brief_and_nothing_where_it_has_none() -> None:
    table = pd.DataFrame([("Lumen", " Quiet dramas. "), ("Comet", "")], columns=["name", "brief"])
    assert brief_texts(table) == ["Quiet dramas.", ""]
