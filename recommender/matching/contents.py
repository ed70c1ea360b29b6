"""What a bundle holds, as files: Parquet, npz without pickle, JSON and a FAISS file.

Equal contents give equal bytes with the same versions of the libraries. Every file is on the disk before
its digest is returned, and nothing is read before its digest was compared.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from recommender.errors import BundleError, quoted
from recommender.space.index import VectorIndex

__all__ = [
    "GO_BACK",
    "JSON",
    "MANIFEST",
    "BundleContents",
    "canonical_json",
    "check_files",
    "read_contents",
    "write_contents",
    "write_file",
]

JSON: TypeAlias = Any
"""What json.dumps takes and json.loads gives."""

MANIFEST: Final = "manifest.json"
GO_BACK: Final = (
    "go back with `reelmatch bundles --roll-back` (`reelmatch rollback` of a service), or train it again"
)
INDEX: Final = "films.faiss"

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_FILE: Final = re.compile(r"[a-z][a-z0-9_]*\.(parquet|npz|json|faiss)")
_TEXTS: Final = pa.list_(pa.string())


@dataclass(frozen=True, eq=False)
class BundleContents:
    """Everything a Matcher needs; the keys name the files: lower case letters, digits and _.

    tables: frames with a RangeIndex. Column types come back as they were; object columns hold tuples of str.
    arrays: groups of arrays of any shape and any dtype but object; a group is read and written together.
    documents: JSON values without NaN; keys come back as str, tuples as lists.
    index: the vectors of the films.
    """

    tables: Mapping[str, pd.DataFrame]
    arrays: Mapping[str, Mapping[str, NDArray[Any]]]
    documents: Mapping[str, JSON]
    index: VectorIndex


def write_contents(folder: Path, contents: BundleContents) -> dict[str, str]:
    """Write every file into an empty folder; file name -> sha256 in hex.

    Raises ValueError or TypeError for a name or a value that would not come back as it is.
    """
    for name in (*contents.tables, *contents.arrays, *contents.documents):
        if not _NAME.fullmatch(name) or f"{name}.json" == MANIFEST:
            raise ValueError(f"{name!r} cannot name a part of a bundle")
    for name, frame in contents.tables.items():
        pq.write_table(_arrow_table(name, frame), folder / f"{name}.parquet", compression="zstd")
    for name, group in contents.arrays.items():
        plain = {key: np.asarray(group[key], order="C") for key in sorted(group)}
        np.savez(folder / f"{name}.npz", allow_pickle=False, **plain)
    for name, document in contents.documents.items():
        write_file(folder / f"{name}.json", canonical_json(document))
    contents.index.save(folder / INDEX)
    written = sorted(folder.iterdir())
    for path in written:
        _sync(path)
    return {path.name: _digest(path) for path in written}


def check_files(folder: Path, files: Mapping[str, str]) -> None:
    """Compare every file with its sha256. Raises BundleError for a missing or altered one."""
    for name, expected in files.items():
        if not _FILE.fullmatch(name):
            raise _broken(folder, f"names the file {quoted(name)}, which no bundle has")
        try:
            found = _digest(folder / name)
        except FileNotFoundError as error:
            raise _broken(folder, f"lacks its file {name}") from error
        except OSError as error:
            raise _broken(folder, f"has a file {name} that cannot be read ({error.strerror})") from error
        if found != expected:
            raise _broken(folder, f"has a file {name} that was altered or cut off (sha256 differs)")


def read_contents(folder: Path, files: Mapping[str, str]) -> BundleContents:
    """Read the files that `check_files` has passed. Raises BundleError where one cannot be understood."""
    paths = [folder / name for name in files]
    try:
        return BundleContents(
            tables={path.stem: _read_table(path) for path in paths if path.suffix == ".parquet"},
            arrays={path.stem: _read_arrays(path) for path in paths if path.suffix == ".npz"},
            documents={path.stem: json.loads(path.read_bytes()) for path in paths if path.suffix == ".json"},
            index=VectorIndex.load(folder / INDEX),
        )
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile, pa.ArrowException) as error:
        raise BundleError(
            f"the bundle {quoted(folder, 200)} cannot be read with the installed libraries "
            f"({type(error).__name__}: {str(error)[:200]}): install the versions its {MANIFEST} names, "
            "or train it again"
        ) from error


def canonical_json(value: JSON) -> bytes:
    """JSON with sorted keys, one way to write each value. Raises ValueError for NaN and infinity."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, indent=1)
    return f"{text}\n".encode()


def write_file(path: Path, data: bytes) -> None:
    """Write a file and wait until it is on the disk."""
    path.write_bytes(data)
    _sync(path)


def _arrow_table(name: str, frame: pd.DataFrame) -> pa.Table:
    if not isinstance(frame.index, pd.RangeIndex) or frame.index.start != 0 or frame.index.step != 1:
        raise ValueError(f"the table {name!r} needs the index 0, 1, 2, ...: call reset_index(drop=True)")
    columns = {str(column): _arrow_column(name, frame[column]) for column in frame.columns}
    # Parquet has no datetime64[s], and an empty list has no type: the frame's own types are kept beside it.
    types = {str(column): str(frame[column].dtype) for column in frame.columns}
    return pa.table(columns).replace_schema_metadata({"dtypes": json.dumps(types)})


def _arrow_column(table: str, cells: pd.Series) -> pa.Array:
    if cells.dtype != object:
        return pa.array(cells)
    if not all(isinstance(cell, tuple) for cell in cells):
        raise TypeError(f"column {cells.name!r} of the table {table!r} holds objects that are not tuples")
    return pa.array(cells.to_list(), type=_TEXTS)


def _read_table(path: Path) -> pd.DataFrame:
    table = pq.read_table(path)
    types: dict[str, str] = json.loads(table.schema.metadata[b"dtypes"])
    columns = {name: _pandas_column(table.column(name), dtype) for name, dtype in types.items()}
    return pd.DataFrame(columns, index=pd.RangeIndex(table.num_rows))


def _pandas_column(cells: pa.ChunkedArray, dtype: str) -> pd.Series:
    if dtype == "object":
        return pd.Series([tuple(cell) for cell in cells.to_pylist()], dtype="object")
    return cells.to_pandas().astype(dtype)


def _read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _broken(folder: Path, what: str) -> BundleError:
    return BundleError(f"the bundle {quoted(folder, 200)} {what}", GO_BACK)
