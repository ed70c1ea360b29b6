import json
from dataclasses import asdict

from recommender.cli.documents import to_json
from recommender.matching.matcher import SimilarFilm
from tests.cli.samples import WINTER, match


def test_a_match_in_json_has_every_field_and_loses_no_digit() -> None:
    found = json.loads(to_json({"matches": (match(probability=0.1 + 0.2),)}))["matches"][0]
    assert found["probability"] == 0.1 + 0.2
    assert set(found) == set(asdict(match()))
    assert found["reasons"][1]["comparables"][0]["release_date"] == "2011-01-12"
    assert found["outlook"]["releases"] == 3


def test_keys_are_sorted_and_lists_keep_their_order() -> None:
    text = to_json({"b": ["z", "a"], "a": SimilarFilm("f02", "Winter Tenants", 2010, 0.7, (WINTER,))})
    document = json.loads(text)
    assert list(document) == ["a", "b"]
    assert list(document["a"]) == sorted(document["a"])
    assert document["b"] == ["z", "a"]


def test_titles_survive_any_terminal() -> None:
    title = "קיץ אחרון ☀️ \x1b[2J\u202e"
    text = to_json({"title": title})
    assert text.isascii()
    assert "\x1b" not in text
    assert json.loads(text) == {"title": title}


def test_a_number_that_is_none_is_null() -> None:
    assert json.loads(to_json({"nan": float("nan"), "inf": float("inf"), "none": None})) == {
        "nan": None,
        "inf": None,
        "none": None,
    }
