import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import UnknownIdError
from recommender.market.ids import IdMap


@given(st.lists(st.text(min_size=1), unique=True))
def test_rows_and_ids_are_inverse(ids: list[str]) -> None:
    known = IdMap.from_ids(ids)
    assert [known.id(row) for row in known.rows(ids)] == ids
    assert [known.row(value) for value in ids] == list(range(len(ids)))
    assert list(known) == ids
    assert len(known) == len(ids)


def test_an_unknown_id_is_row_minus_one() -> None:
    rows = IdMap.from_ids(["a", "b"]).rows(["b", "zzz", "a"])
    assert rows.tolist() == [1, -1, 0]
    assert rows.dtype == np.int32


def test_membership() -> None:
    known = IdMap.from_ids(["a"])
    assert "a" in known
    assert "b" not in known


def test_the_same_id_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        IdMap.from_ids(["a", "a"])


@pytest.mark.parametrize(
    ("asked", "meant"),
    [("neon", "us-neon"), ("fr-lumem", "fr-lumen"), ("FR-LUMEN", "fr-lumen"), (" us-neon ", "us-neon")],
)
def test_an_unknown_id_brings_suggestions(asked: str, meant: str) -> None:
    with pytest.raises(UnknownIdError) as caught:
        IdMap.from_ids(["us-neon", "fr-lumen", "kr-jin"], noun="distributor").row(asked)
    assert caught.value.suggestions == (meant,)
    assert "no distributor has the id" in str(caught.value)


@pytest.mark.parametrize("asked", ["", "   ", "q" * 100_000])
def test_a_hopeless_id_brings_none(asked: str) -> None:
    with pytest.raises(UnknownIdError) as caught:
        IdMap.from_ids(["us-neon"]).row(asked)
    assert caught.value.suggestions == ()


def test_suggestions_among_many_ids_do_not_keep_anyone_waiting() -> None:
    known = IdMap.from_ids(f"tt{number:07}" for number in range(100_000))
    start = time.process_time()
    with pytest.raises(UnknownIdError):
        known.row("tt999999x")
    assert time.process_time() - start < 1


def test_a_row_outside_the_map_is_an_index_error() -> None:
    known = IdMap.from_ids(["a"])
    for row in (-1, 1):
        with pytest.raises(IndexError):
            known.id(row)


def test_a_map_without_some_ids_keeps_the_rows_of_the_others() -> None:
    ids = IdMap.from_ids(["a", "b", "bb"], noun="film")
    fewer = ids.without(["b", "nobody"])
    assert [*fewer] == ["a", "bb"]
    assert len(fewer) == 2
    assert fewer.row("bb") == 2
    assert fewer.id(1) == "b"
    assert "b" in ids
    assert "b" not in fewer
    with pytest.raises(UnknownIdError) as error:
        fewer.row("b")
    assert error.value.suggestions == ("bb",)
