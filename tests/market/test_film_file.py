import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.errors import QueryError
from recommender.market.cells import EMPTY_WORDS
from recommender.market.film_file import film_from_json

SYNOPSIS = "A postwoman delivers the letters that the sea brings back."


def film_file(folder: Path, **values: Any) -> Path:
    path = folder / "film.json"
    path.write_text(json.dumps({"title": "Tide", "synopsis": SYNOPSIS} | values), encoding="utf-8")
    return path


def test_a_title_and_a_synopsis_are_enough(tmp_path: Path) -> None:
    film = film_from_json(film_file(tmp_path))
    assert (film.title, film.synopsis, film.year, film.genres) == ("Tide", SYNOPSIS, None, ())


def test_a_film_without_an_id_gets_the_same_one_each_time(tmp_path: Path) -> None:
    first = film_from_json(film_file(tmp_path)).film_id
    assert first.startswith("new-")
    assert film_from_json(film_file(tmp_path, genres=["Drama"])).film_id == first
    assert film_from_json(film_file(tmp_path, synopsis="Another story.")).film_id != first
    assert film_from_json(film_file(tmp_path, film_id="mine")).film_id == "mine"


def test_a_list_may_be_a_list_or_a_text(tmp_path: Path) -> None:
    film = film_from_json(film_file(tmp_path, genres=["Drama", " Romance "], countries="FR|BE|FR|", cast=""))
    assert (film.genres, film.countries, film.cast) == (("Drama", "Romance"), ("FR", "BE"), ())


@pytest.mark.parametrize(("year", "expected"), [(2016, 2016), ("2016", 2016), ("", None), (None, None)])
def test_a_year_may_be_a_number_a_text_or_unknown(tmp_path: Path, year: object, expected: int | None) -> None:
    assert film_from_json(film_file(tmp_path, year=year)).year == expected


def test_null_is_unknown_and_former_countries_are_welcome(tmp_path: Path) -> None:
    film = film_from_json(film_file(tmp_path, directors=None, sales_agent=None, countries=["SU", "XK"]))
    assert (film.directors, film.sales_agent, film.countries) == ((), "", ("SU", "XK"))


@pytest.mark.parametrize(
    "text", ["قصة حب في بيروت", "👩🏽‍🚀 in space 💔", "שלום", "日本の映画", "x" * 20_000]
)
def test_any_script_and_emoji_are_fine(tmp_path: Path, text: str) -> None:
    assert film_from_json(film_file(tmp_path, synopsis=text, title=text)).synopsis == text


def test_control_characters_are_blanks(tmp_path: Path) -> None:
    assert film_from_json(film_file(tmp_path, synopsis="a\x00b\r\nc\x1b ")).synopsis == "a b\nc"


BAD_FIELDS = [
    ({"synopsis": ""}, "needs a synopsis"),
    ({"synopsis": " \n\t "}, "needs a synopsis"),
    ({"synopsis": "\x00"}, "needs a synopsis"),
    ({"synopsis": None}, "needs a synopsis"),
    ({"title": ""}, "needs a title"),
    ({"synopsis": "x" * 20_001}, "20,001 characters"),
    ({"synopsis": "x" * 100_000}, "100,000 characters"),
    ({"title": "x" * 20_001}, "title has 20,001"),
    ({"synopsis": float("nan")}, "NaN is not a value"),
    ({"year": float("inf")}, "Infinity is not a value"),
    ({"synopsis": "nan"}, "Leave the field out"),
    ({"synopsis": 5}, "which is not text"),
    ({"synopsis": ["a"]}, "which is not text"),
    ({"title": True}, "which is not text"),
    ({"year": "soon"}, "year is 'soon'"),
    ({"year": 2016.5}, "year is '2016.5'"),
    ({"year": True}, "year is 'True'"),
    ({"year": 1066}, "1880 to 2100"),
    ({"year": [2016]}, "year is"),
    ({"year": "²⁰¹⁶"}, "year is"),
    ({"genres": 7}, "genres is '7'"),
    ({"genres": ["Drama", 7]}, "genres is '7', which is not text"),
    ({"genres": {"a": 1}}, "Write a list"),
    ({"countries": ["France"]}, "unknown territory code 'France'"),
    ({"countries": "FR|UK"}, "unknown territory code 'UK'"),
    ({"genre": ["Drama"]}, "no field 'genre'. Did you mean 'genres'"),
    ({"zzz": 1}, "Fields are: film_id, title"),
    ({"title": "\ud800"}, "half of a character"),
]


@pytest.mark.parametrize(("values", "message"), BAD_FIELDS)
def test_a_mistake_is_refused_with_file_field_and_remedy(
    tmp_path: Path, values: dict[str, Any], message: str
) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        film_from_json(film_file(tmp_path, **values))
    assert str(caught.value).startswith("film.json: ")


@pytest.mark.parametrize("missing", ["title", "synopsis"])
def test_a_missing_field_is_named(tmp_path: Path, missing: str) -> None:
    path = tmp_path / "film.json"
    path.write_text(json.dumps({"title": "Tide", "synopsis": SYNOPSIS, missing: None}))
    with pytest.raises(QueryError, match=f"needs a {missing}"):
        film_from_json(path)


BAD_FILES = [
    (b"", "not JSON"),
    (b'{"title": "A",', "not JSON .*line 1"),
    (b"[]", "no JSON object"),
    (b'"text"', "no JSON object"),
    (b'{"title": "A", "title": "B"}', "'title' comes twice"),
    ('{"title": "Été"}'.encode("latin-1"), "not UTF-8"),
    (b"[" * 100_000, "not usable JSON"),
    (b'{"year": ' + b"9" * 5_000 + b"}", "not usable JSON"),
    (b" " * 1_000_001, "larger than"),
]


@pytest.mark.parametrize(("data", "message"), BAD_FILES)
def test_a_file_that_holds_no_film_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "film.json"
    path.write_bytes(data)
    with pytest.raises(QueryError, match=message):
        film_from_json(path)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.json", tmp_path):
        with pytest.raises(QueryError, match="cannot be read"):
            film_from_json(path)


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    path = film_file(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert film_from_json(path).title == "Tide"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
field_names = st.sampled_from(["film_id", "title", "synopsis", "year", "genres", "countries", "cast"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(field_names, json_values))
def test_any_json_gives_a_film_or_a_query_error(tmp_path: Path, values: dict[str, Any]) -> None:
    try:
        film = film_from_json(film_file(tmp_path, **values))
    except QueryError:
        return
    assert film.title.strip()
    assert film.synopsis not in ("", *EMPTY_WORDS)
    assert film.film_id
    hash(film)
