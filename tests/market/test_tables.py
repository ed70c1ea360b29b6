import gzip
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.errors import DataError, UnknownIdError
from recommender.market.cells import EMPTY_WORDS
from recommender.market.files import SUFFIXES, Format
from recommender.market.tables import Market, market_from_frames, read_market, write_market

Frames = dict[str, pd.DataFrame]
TABLE_NAMES = ("films", "distributors", "deals")

words = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="|"), min_size=1, max_size=20)
texts = words.filter(lambda text: text not in EMPTY_WORDS)
money = st.none() | st.floats(0, 1e12)


def assert_same(left: Market, right: Market) -> None:
    for name in TABLE_NAMES:
        pd.testing.assert_frame_equal(getattr(left, name), getattr(right, name))
    assert left.extra_columns == right.extra_columns


def test_a_folder_of_csv_files_becomes_a_market(small_folder: Path) -> None:
    market = read_market(small_folder)
    assert (len(market.films), len(market.distributors), len(market.deals)) == (12, 6, 25)
    assert market.films["film_id"].iloc[0] == "f01"
    assert market.films["countries"].iloc[1] == ("FR", "BE")
    assert market.films["languages"].iloc[1] == ()
    assert market.films["original_title"].iloc[1] == ""
    assert market.films["title"].iloc[10] == "קיץ אחרון ☀️"


def test_columns_have_their_types_and_order_whatever_the_file_holds(small_market: Market) -> None:
    films, deals = small_market.films, small_market.deals
    assert [*films.dtypes.astype(str)] == ["str"] * 3 + ["float64"] + ["str"] * 2 + ["object"] * 6 + ["str"]
    assert deals["release_date"].dtype == "datetime64[s]"
    assert deals["in_house"].dtype == bool
    assert {str(deals[name].dtype) for name in ("admissions", "gross", "screens")} == {"float64"}
    for name in TABLE_NAMES:
        assert isinstance(getattr(small_market, name).index, pd.RangeIndex)


def test_what_is_unknown_is_nan_or_empty_and_the_role_defaults_to_distributor(small_frames: Frames) -> None:
    small_frames["deals"] = small_frames["deals"].drop(columns=["role", "in_house", "gross"])
    deals = market_from_frames(**small_frames).deals
    assert set(deals["role"]) == {"distributor"}
    assert not deals["in_house"].any()
    assert deals["gross"].isna().all()


def test_in_house_is_true_only_where_it_says_so(small_market: Market) -> None:
    deals = small_market.deals
    assert deals.loc[deals["in_house"], "deal_id"].tolist() == ["d08"]


def test_a_deal_is_private_only_where_it_says_so(small_frames: Frames) -> None:
    assert not market_from_frames(**small_frames).deals["private"].any()
    secret = ["1" if deal == "d03" else "" for deal in small_frames["deals"]["deal_id"]]
    market = market_from_frames(**small_frames | {"deals": small_frames["deals"].assign(private=secret)})
    assert market.deals.loc[market.deals["private"], "deal_id"].tolist() == ["d03"]
    assert [deal.private for deal in market.deals_of("f03")] == [True, False]


@pytest.mark.parametrize("file_format", SUFFIXES)
def test_writing_and_reading_gives_the_same_market(
    tmp_path: Path, small_market: Market, file_format: Format
) -> None:
    write_market(small_market, tmp_path / "copy", file_format)
    assert_same(read_market(tmp_path / "copy"), small_market)


@pytest.mark.parametrize("file_format", SUFFIXES)
def test_the_same_market_is_written_as_the_same_bytes(
    tmp_path: Path, small_market: Market, file_format: Format
) -> None:
    for folder in ("one", "two"):
        write_market(small_market, tmp_path / folder, file_format)
    for name in TABLE_NAMES:
        one, two = ((tmp_path / folder / f"{name}.{file_format}").read_bytes() for folder in ("one", "two"))
        assert one == two


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(
    title=words,
    synopsis=st.text(st.characters(exclude_categories=["C"]), max_size=60).filter(
        lambda text: text.strip() not in EMPTY_WORDS
    ),
    cast=st.lists(texts, max_size=4),
    gross=money,
    extra=st.text(st.characters(exclude_categories=["C"]), max_size=20),
)
@pytest.mark.parametrize("file_format", SUFFIXES)
def test_any_text_and_number_survives_writing_and_reading(
    tmp_path: Path,
    small_frames: Frames,
    file_format: Format,
    title: str,
    synopsis: str,
    cast: list[str],
    gross: float | None,
    extra: str,
) -> None:
    films = small_frames["films"].assign(title=title, synopsis=synopsis, cast=[cast] * 12, note=extra)
    deals = small_frames["deals"].assign(gross=gross)
    market = market_from_frames(films, small_frames["distributors"], deals)
    folder = tmp_path / file_format
    write_market(market, folder, file_format)
    assert_same(read_market(folder), market)
    assert market.films["title"].iloc[0] == title
    assert market.films["cast"].iloc[0] == tuple(dict.fromkeys(cast))
    assert market.deals["gross"].equals(pd.Series([gross] * 25, dtype="float64"))


def test_typed_frames_are_read_like_text(small_frames: Frames) -> None:
    films = small_frames["films"]
    typed = films.assign(
        year=films["year"].astype("float64"),
        genres=[np.array(cell.split("|")) for cell in films["genres"]],
        countries=[cell.split("|") for cell in films["countries"]],
    )
    deals = small_frames["deals"]
    typed_deals = deals.assign(
        release_date=pd.to_datetime(deals["release_date"]),
        in_house=deals["in_house"] == "1",
        screens=pd.to_numeric(deals["screens"]).astype("Int64"),
    )
    assert_same(
        market_from_frames(typed, small_frames["distributors"], typed_deals),
        market_from_frames(**small_frames),
    )


def test_unknown_columns_are_kept_as_text_and_named(small_frames: Frames) -> None:
    small_frames["films"].insert(0, "stage", "completed")
    market = market_from_frames(**small_frames)
    assert market.extra_columns == {"films": ("stage",), "distributors": (), "deals": ()}
    assert market.films.columns[-1] == "stage"
    assert set(market.films["stage"]) == {"completed"}


def test_a_refused_row_refuses_the_market_with_all_problems(small_frames: Frames) -> None:
    small_frames["deals"].loc[[3, 5], "release_date"] = "soon"
    with pytest.raises(DataError, match="deals row 5, column release_date, value 'soon'") as caught:
        market_from_frames(**small_frames)
    assert [problem.row for problem in caught.value.problems] == [5, 7]


def test_a_market_without_deals_is_a_market(small_frames: Frames) -> None:
    small_frames["deals"] = small_frames["deals"].head(0)
    market = market_from_frames(**small_frames)
    assert len(market.deals) == 0
    assert market.deals["release_date"].dtype == "datetime64[s]"
    assert market.deals_of("f01") == ()


def test_text_is_cleaned_of_control_characters_and_line_ends(small_frames: Frames) -> None:
    small_frames["films"].loc[0, "synopsis"] = "  One\x85\r\ntwo\x00three \x1b"
    assert market_from_frames(**small_frames).films["synopsis"].iloc[0] == "One \ntwo three"


def test_a_list_forgets_blanks_and_repeats(small_frames: Frames) -> None:
    small_frames["films"].loc[0, "cast"] = " Ana Lee || Bo | Ana Lee |"
    assert market_from_frames(**small_frames).film("f01").cast == ("Ana Lee", "Bo")


def test_before_keeps_earlier_deals_only_and_every_film(small_market: Market) -> None:
    past = small_market.before(date(2011, 5, 20))
    assert past.deals["deal_id"].tolist() == ["d01", "d02", "d15"]
    assert isinstance(past.deals.index, pd.RangeIndex)
    assert len(past.films) == 12
    assert [deal.deal_id for deal in past.deals_of("f02")] == ["d02"]
    assert len(small_market.deals) == 25


def test_a_film_a_distributor_and_a_deal_are_given_as_the_tables_have_them(small_market: Market) -> None:
    film = small_market.film("f02")
    assert (film.title, film.year, film.countries, film.original_title) == (
        "Winter Tenants",
        2010,
        ("FR", "BE"),
        "",
    )
    assert type(film.year) is int
    meadow = small_market.distributor("us-meadow")
    assert (meadow.name, meadow.brief, meadow.aliases) == ("Meadow & Co", "Quiet French dramas by women.", ())
    made, _ = small_market.deals_of("f07")
    assert (made.release_date, made.gross, made.admissions, made.in_house) == (
        date(2012, 10, 26),
        9e6,
        None,
        True,
    )


def test_a_film_with_an_unknown_year_has_none(small_frames: Frames) -> None:
    small_frames["films"].loc[0, "year"] = ""
    assert market_from_frames(**small_frames).film("f01").year is None


def test_an_unknown_film_or_distributor_is_named_with_suggestions(small_market: Market) -> None:
    with pytest.raises(UnknownIdError, match=r"no film has the id 'F01'\. Did you mean 'f01'"):
        small_market.film("F01")
    with pytest.raises(UnknownIdError, match="Did you mean 'fr-lumen'"):
        small_market.distributor("lumen")


def test_namibia_is_not_an_empty_cell(small_frames: Frames, tmp_path: Path) -> None:
    small_frames["films"].loc[0, "countries"] = "NA"
    write_market(market_from_frames(**small_frames), tmp_path, "csv")
    assert read_market(tmp_path).film("f01").countries == ("NA",)


def test_files_of_three_formats_may_be_mixed(small_folder: Path, small_frames: Frames) -> None:
    expected = read_market(small_folder)
    films, deals = small_folder / "films.csv", small_folder / "deals.csv"
    (small_folder / "films.csv.gz").write_bytes(gzip.compress(films.read_bytes()))
    small_frames["deals"].to_parquet(small_folder / "deals.parquet")
    films.unlink()
    deals.unlink()
    assert_same(read_market(small_folder), expected)


@pytest.mark.real
def test_the_real_market_is_read_whole(real_market_dir: Path) -> None:
    market = read_market(real_market_dir)
    assert (len(market.films), len(market.distributors), len(market.deals)) == (29_194, 2_220, 39_635)
    assert not any(market.extra_columns.values())
