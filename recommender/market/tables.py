"""The market as frames with fixed column types, and the folder they are read from and written to.

Column names are constants of columns.py (FILMS, DISTRIBUTORS, DEALS, DECLINES and TABLES).
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.errors import DataError
from recommender.market.cells import CONTROL, FLAGS
from recommender.market.checks import check_tables, extra_columns, read_folder
from recommender.market.columns import DEALS, DECLINES, DISTRIBUTORS, FILMS, TABLES, Column, Is
from recommender.market.domain import Deal, Distributor, Film
from recommender.market.files import Format, RawTable, replace_file, text_frame, write_csv
from recommender.market.ids import IdMap

__all__ = ["Market", "market_from_frames", "read_market", "typed_table", "write_market"]


def _nobody_declined() -> pd.DataFrame:
    return typed_table(DECLINES, pd.DataFrame())


@dataclass(frozen=True, eq=False)
class Market:
    """Films, distributors, deals, and who passed on which film; read only.

    Every frame has a RangeIndex, films by id and the others in file order, and these dtypes; extra columns follow
    as str.

    films: film_id, title, original_title, synopsis, synopsis_language, sales_agent str ("" = unknown);
        year float64 (NaN = unknown); genres, countries, languages, directors, cast,
        production_companies object, each cell a tuple of str.
    distributors: distributor_id, name, territory, kind, brief str; aliases object (tuples).
    deals: deal_id, film_id, distributor_id, territory, sales_agent, role, currency, source str;
        release_date datetime64[s]; admissions, gross, screens float64 (NaN = unknown); in_house, private bool.
    declines: film_id, distributor_id str; declined_on datetime64[s]. Weights are learnt from them; no answer reads
        them.
    extra_columns: table name -> names of its extra columns.
    """

    films: pd.DataFrame
    distributors: pd.DataFrame
    deals: pd.DataFrame
    extra_columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    declines: pd.DataFrame = field(default_factory=_nobody_declined)

    def before(self, moment: date) -> Market:
        """The same market with only the deals released and the films declined before `moment`."""
        past = self.deals[self.deals["release_date"] < pd.Timestamp(moment)].reset_index(drop=True)
        declined = self.declines[self.declines["declined_on"] < pd.Timestamp(moment)].reset_index(drop=True)
        return Market(self.films, self.distributors, past, self.extra_columns, declined)

    def told(self) -> Market:
        """The same market as if there were no private deal; the other deals keep their index."""
        return replace(self, deals=self.deals[~self.deals["private"]])

    def hidden(self) -> Market:
        """The same market with the private deals alone, which keep their index."""
        return replace(self, deals=self.deals[self.deals["private"]])

    def film(self, film_id: str) -> Film:
        """One film. Raises UnknownIdError with close ids."""
        return Film(**self._record(FILMS, self.films, self.film_ids.row(film_id)))

    def distributor(self, distributor_id: str) -> Distributor:
        """One distributor. Raises UnknownIdError with close ids."""
        row = self.distributor_ids.row(distributor_id)
        return Distributor(**self._record(DISTRIBUTORS, self.distributors, row))

    def deals_of(self, film_id: str) -> tuple[Deal, ...]:
        """The deals of a film, in file order; none for a film that has none or is not in the market."""
        rows = self._deal_rows.get(film_id, ())
        return tuple(Deal(**self._record(DEALS, self.deals, int(row))) for row in rows)

    @cached_property
    def film_ids(self) -> IdMap:
        """film_id <-> row of `films`."""
        return IdMap.from_ids(self.films["film_id"].to_numpy(dtype=object), noun="film")

    @cached_property
    def distributor_ids(self) -> IdMap:
        """distributor_id <-> row of `distributors`."""
        return IdMap.from_ids(self.distributors["distributor_id"].to_numpy(dtype=object), noun="distributor")

    @cached_property
    def _deal_rows(self) -> dict[str, NDArray[np.intp]]:
        indices: dict[str, NDArray[np.intp]] = self.deals.groupby("film_id").indices
        return indices

    def _record(self, table: str, frame: pd.DataFrame, row: int) -> dict[str, Any]:
        names = [column for column in TABLES[table] if column.name != "source"]
        return {column.name: _plain(frame[column.name].iat[row], column.holds) for column in names}


def read_market(folder: Path) -> Market:
    """The market of a folder that holds films, distributors, deals, and declines or none, as .csv, .csv.gz or .parquet.

    Raises DataError with every problem when a table or a row is refused.
    """
    return _market(read_folder(Path(folder)))


def market_from_frames(
    films: pd.DataFrame,
    distributors: pd.DataFrame,
    deals: pd.DataFrame,
    declines: pd.DataFrame | None = None,
) -> Market:
    """A market of frames with columns as in the files: text, or numbers, dates, booleans and lists.

    Raises DataError as `read_market`; row numbers are then the frame's position plus two.
    """
    frames = {FILMS: films, DISTRIBUTORS: distributors, DEALS: deals, DECLINES: declines}
    raw = {name: RawTable(name, text_frame(frame)) for name, frame in frames.items() if frame is not None}
    return _market(raw)


def write_market(market: Market, folder: Path, file_format: Format = "csv.gz") -> None:
    """Write the tables into a folder, which is made when missing; the same market, the same bytes.

    Where nobody declined anything there is no table of it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    frames = {FILMS: market.films, DISTRIBUTORS: market.distributors, DEALS: market.deals}
    for name, frame in (frames | ({DECLINES: market.declines} if len(market.declines) else {})).items():
        path = folder / f"{name}.{file_format}"
        if file_format == "parquet":
            buffer = io.BytesIO()
            frame.to_parquet(buffer, index=False)
            replace_file(path, buffer.getvalue())
        else:
            write_csv(path, frame.columns, text_frame(frame).itertuples(index=False))


def _market(tables: Mapping[str, RawTable]) -> Market:
    report = check_tables(tables)
    if not report.ok:
        raise DataError(report.problems)
    typed = {name: typed_table(name, table.frame) for name, table in tables.items()}
    # What is learnt depends on the rows of the films: in this order the same films give the same model.
    typed[FILMS] = typed[FILMS].sort_values("film_id", kind="stable", ignore_index=True)
    return Market(**typed, extra_columns=report.extra_columns)


def typed_table(name: str, raw: pd.DataFrame) -> pd.DataFrame:
    """A checked raw table with the columns and dtypes of Market."""
    raw = raw.reset_index(drop=True)
    columns = {column.name: _column(column, raw) for column in TABLES[name]}
    columns |= {extra: _text(raw[extra]) for extra in extra_columns(name, raw)}
    return pd.DataFrame(columns, index=raw.index)


def _column(column: Column, raw: pd.DataFrame) -> pd.Series:
    if column.name in raw:
        cells = raw[column.name].where(raw[column.name] != "", column.default)
    else:
        cells = pd.Series(column.default, index=raw.index, dtype="str")
    if column.holds.many:
        return pd.Series([_values(cell) for cell in _text(cells)], index=raw.index, dtype="object")
    if column.holds in (Is.YEAR, Is.NUMBER):
        return pd.to_numeric(cells, errors="coerce").astype("float64")
    if column.holds is Is.DATE:
        return pd.to_datetime(cells, format="%Y-%m-%d").astype("datetime64[s]")
    if column.holds is Is.FLAG:
        return cells.str.lower().map(FLAGS).astype(bool)
    return _text(cells)


def _text(cells: pd.Series) -> pd.Series:
    """Text with one kind of line end and blanks in place of control characters."""
    lines = cells.str.replace(r"\r\n?", "\n", regex=True)
    return lines.str.replace(CONTROL, " ", regex=True).str.strip()


def _values(cell: str) -> tuple[str, ...]:
    if not cell:
        return ()
    return tuple(dict.fromkeys(value for part in cell.split("|") if (value := part.strip())))


def _plain(value: Any, holds: Is) -> object:
    """A cell as a dataclass holds it: None for an unknown number, whole years, Python's own types."""
    if holds in (Is.YEAR, Is.NUMBER):
        if np.isnan(value):
            return None
        return int(value) if holds is Is.YEAR else float(value)
    if holds is Is.DATE:
        return value.date()
    return bool(value) if holds is Is.FLAG else value
