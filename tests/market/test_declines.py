"""The table of who passed on what, which a market may have."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from recommender.errors import DataError
from recommender.market.checks import check_folder
from recommender.market.files import SUFFIXES, Format
from recommender.market.purchases import passes
from recommender.market.tables import Market, market_from_frames, read_market, write_market

Frames = dict[str, pd.DataFrame]


@pytest.fixture
def declines() -> pd.DataFrame:
    """f12 was passed on twice by fr-lumen and by us-harbor; f11 has no synopsis."""
    rows = [
        ("f12", "us-harbor", "2017-03-01"),
        ("f12", "fr-lumen", "2017-02-01"),
        ("f12", "fr-lumen", "2016-02-01"),
        ("f11", "fr-lumen", "2017-02-01"),
    ]
    return pd.DataFrame(rows, columns=["film_id", "distributor_id", "declined_on"])


@pytest.fixture
def market(small_frames: Frames, declines: pd.DataFrame) -> Market:
    return market_from_frames(**small_frames, declines=declines)


def test_a_market_may_do_without(small_folder: Path, small_market: Market) -> None:
    assert read_market(small_folder).declines.empty
    assert small_market.declines.columns.to_list() == ["film_id", "distributor_id", "declined_on"]
    assert small_market.declines["declined_on"].dtype == "datetime64[s]"
    (small_folder / "declines.csv").touch()
    assert read_market(small_folder).declines.empty
    assert set(check_folder(small_folder).rows) == {"films", "distributors", "deals"}


@pytest.mark.parametrize("file_format", SUFFIXES)
def test_it_is_written_and_read_where_there_is_one(
    tmp_path: Path, market: Market, small_market: Market, file_format: Format
) -> None:
    write_market(market, tmp_path / "with", file_format)
    pd.testing.assert_frame_equal(read_market(tmp_path / "with").declines, market.declines)
    write_market(small_market, tmp_path / "without", file_format)
    assert not list((tmp_path / "without").glob("declines*"))


def test_unknown_columns_are_kept_and_named(small_frames: Frames, declines: pd.DataFrame) -> None:
    market = market_from_frames(**small_frames, declines=declines.assign(reason="price"))
    assert market.extra_columns["declines"] == ("reason",)
    assert set(market.declines["reason"]) == {"price"}


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("film_id", "f99", "the films table has no such id"),
        ("distributor_id", "fr-nobody", "the distributors table has no such id"),
        ("film_id", "", "the cell is empty"),
        ("declined_on", "", "the cell is empty"),
        ("declined_on", "last week", "this is not a date"),
        ("declined_on", "1066-10-14", "there was no film then"),
    ],
)
def test_a_bad_cell_is_refused_where_it_stands(
    small_folder: Path, declines: pd.DataFrame, column: str, value: str, message: str
) -> None:
    declines.loc[1, column] = value
    declines.to_csv(small_folder / "declines.csv", index=False)
    report = check_folder(small_folder)
    (problem,) = report.problems
    assert (problem.table, problem.row, problem.column) == ("declines", 3, column)
    assert problem.message == message
    assert (report.rows["declines"], report.good_rows["declines"]) == (4, 3)
    with pytest.raises(DataError, match="declines row 3"):
        read_market(small_folder)


def test_a_missing_column_refuses_the_table(small_frames: Frames, declines: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="declines, column declined_on: the required column is missing"):
        market_from_frames(**small_frames, declines=declines.drop(columns="declined_on"))


def test_before_keeps_earlier_passes_only(market: Market) -> None:
    past = market.before(date(2017, 2, 1))
    assert past.declines["declined_on"].dt.date.to_list() == [date(2016, 2, 1)]
    assert isinstance(past.declines.index, pd.RangeIndex)
    assert len(market.declines) == 4


def test_passes_of_some_days_are_pairs_the_latest_last(market: Market) -> None:
    found = passes(market, date(2016, 1, 1), date(2018, 1, 1))
    assert found.to_numpy().tolist() == [["f12", "FR", "fr-lumen"], ["f12", "US", "us-harbor"]]
    assert len(passes(market, date(2017, 2, 1), date(2017, 3, 1))) == 1
    assert passes(market, date(2018, 1, 1), date(2019, 1, 1)).empty
