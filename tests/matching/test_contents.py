from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import BundleError
from recommender.matching import BundleContents
from recommender.matching.contents import canonical_json, check_files, read_contents, write_contents
from recommender.space.index import VectorIndex


def _only(**parts: Any) -> BundleContents:
    index = VectorIndex.build(np.eye(2, dtype=np.float32))
    return dataclasses.replace(BundleContents({}, {}, {}, index), **parts)


def _turned(mapping: Mapping[str, Any]) -> dict[str, Any]:
    return dict(reversed(list(mapping.items())))


def _round_trip(folder: Path, contents: BundleContents) -> BundleContents:
    folder.mkdir()
    files = write_contents(folder, contents)
    check_files(folder, files)
    return read_contents(folder, files)


def test_everything_comes_back_as_it_was(tmp_path: Path, contents: BundleContents) -> None:
    back = _round_trip(tmp_path / "b", contents)
    assert list(back.tables) == sorted(contents.tables)
    for name, frame in contents.tables.items():
        pd.testing.assert_frame_equal(back.tables[name], frame, check_index_type="equiv")
    for name, group in contents.arrays.items():
        for key, array in group.items():
            np.testing.assert_array_equal(back.arrays[name][key], array)
            assert back.arrays[name][key].dtype == array.dtype
    assert back.tables["films"]["genres"][2] == ("Drama", "Romance")
    assert back.documents == contents.documents
    queries = np.eye(4, dtype=np.float32)
    np.testing.assert_array_equal(back.index.search(queries, 3)[1], contents.index.search(queries, 3)[1])


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_column_types_do_not_depend_on_what_the_rows_hold(tmp_path: Path, rows: int) -> None:
    frame = pd.DataFrame(
        {
            "text": pd.Series([""] * rows, dtype="str"),
            "many": pd.Series([()] * rows, dtype="object"),
            "number": pd.Series([np.nan] * rows, dtype="float64"),
            "moment": pd.Series([pd.NaT] * rows, dtype="datetime64[s]"),
            "flag": pd.Series([False] * rows, dtype="bool"),
            "count": pd.Series([2**62] * rows, dtype="int64"),
        }
    )
    back = _round_trip(tmp_path / "b", _only(tables={"t": frame})).tables["t"]
    pd.testing.assert_frame_equal(back, frame, check_index_type="equiv")


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(cells=st.lists(st.lists(_texts, max_size=3).map(tuple), max_size=5), text=_texts)
def test_any_text_comes_back_from_tables_and_documents(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, ...]], text: str
) -> None:
    folder = tmp_path_factory.mktemp("law")
    frame = pd.DataFrame({"many": pd.Series(cells, dtype="object"), "text": [text] * len(cells)})
    frame["text"] = frame["text"].astype("str")
    back = _round_trip(folder / "b", _only(tables={"t": frame}, documents={"d": {text: [text]}}))
    assert back.tables["t"]["many"].to_list() == cells
    assert back.tables["t"]["text"].to_list() == [text] * len(cells)
    assert back.documents["d"] == {text: [text]}


def test_the_order_of_the_keys_does_not_change_a_byte(tmp_path: Path, contents: BundleContents) -> None:
    turned = BundleContents(
        tables=_turned(contents.tables),
        arrays=_turned({name: _turned(group) for name, group in contents.arrays.items()}),
        documents={name: _turned(value) for name, value in contents.documents.items()},
        index=contents.index,
    )
    for folder, given_contents in (("a", contents), ("b", turned)):
        (tmp_path / folder).mkdir()
        write_contents(tmp_path / folder, given_contents)
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "b").iterdir())
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"arrays": {"a": {"objects": np.array([{}], dtype=object)}}}, "allow_pickle"),
        ({"tables": {"t": pd.DataFrame({"c": pd.Series([{1}], dtype="object")})}}, "not tuples"),
        ({"tables": {"t": pd.DataFrame({"c": pd.Series([("a", 1)], dtype="object")})}}, "int"),
        ({"tables": {"t": pd.DataFrame({"c": [1.0]}, index=[5])}}, "reset_index"),
        ({"documents": {"d": float("nan")}}, "JSON compliant"),
        ({"documents": {"d": date(2020, 1, 1)}}, "not JSON serializable"),
        ({"documents": {"manifest": {}}}, "cannot name a part"),
        ({"arrays": {"../a": {}}}, "cannot name a part"),
    ],
)
def test_what_would_not_come_back_is_refused_when_written(
    tmp_path: Path, parts: dict[str, Any], message: str
) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        write_contents(tmp_path, _only(**parts))


def test_a_file_name_of_a_manifest_cannot_lead_out_of_the_bundle(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text("{}")
    (tmp_path / "b").mkdir()
    with pytest.raises(BundleError, match="which no bundle has"):
        check_files(tmp_path / "b", {"../secret.json": "0" * 64})


@pytest.mark.parametrize("name", ["films.parquet", "lightfm.npz", "model.json", "films.faiss"])
def test_a_file_that_the_libraries_cannot_read_names_the_way_out(
    tmp_path: Path, contents: BundleContents, name: str
) -> None:
    files = write_contents(tmp_path, contents)
    (tmp_path / name).write_bytes(b"from another time")
    with pytest.raises(BundleError, match=r"cannot be read.*train"):
        read_contents(tmp_path, files)


def test_an_archive_that_holds_a_pickle_is_not_opened(tmp_path: Path, contents: BundleContents) -> None:
    files = write_contents(tmp_path, contents)
    np.savez(tmp_path / "lightfm.npz", objects=np.array([{}], dtype=object))
    with pytest.raises(BundleError, match="cannot be read"):
        read_contents(tmp_path, files)


def test_a_document_is_written_in_one_way_only() -> None:
    assert canonical_json({"b": 1, "a": "é"}) == '{\n "a": "é",\n "b": 1\n}\n'.encode()
