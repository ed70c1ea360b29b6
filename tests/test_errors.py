import pytest

from recommender import errors
from recommender.errors import DataError, QueryError, ReelmatchError, UnknownIdError, quoted
from recommender.market.problems import Problem

BAD_YEAR = Problem("films", 7, "year", "20x6", "this is not a year", "Write four digits")
WARNING = Problem("films", 9, "countries", "QQ", "unknown country", "Use ISO codes", refused=False)


def test_every_error_is_a_reelmatch_error_and_drawn_in_the_tree() -> None:
    public = [getattr(errors, name) for name in errors.__all__ if name != "quoted"]
    for error in public:
        assert issubclass(error, ReelmatchError)
        assert error.__name__ in str(errors.__doc__)


def test_a_message_is_one_line() -> None:
    assert str(QueryError("no such\nterritory.\r\n  Use FR.")) == "no such territory. Use FR."


def test_a_data_error_names_the_place_the_reason_and_the_remedy() -> None:
    assert str(DataError([BAD_YEAR])) == (
        "films row 7, column year, value '20x6': this is not a year. Write four digits."
    )


def test_a_data_error_quotes_the_first_refusal_and_counts_the_others() -> None:
    error = DataError([WARNING, BAD_YEAR, BAD_YEAR, BAD_YEAR])
    assert str(error).startswith("films row 7")
    assert "2 more" in str(error)
    assert error.problems == (WARNING, BAD_YEAR, BAD_YEAR, BAD_YEAR)


def test_warnings_alone_are_no_error() -> None:
    with pytest.raises(ValueError, match="refusal"):
        DataError([WARNING])


def test_an_unknown_id_comes_with_ids_like_it_or_where_to_look() -> None:
    assert "Did you mean 'fr-lumen'?" in str(UnknownIdError("distributor", "fr-lumem", ["fr-lumen"]))
    assert "distributors table" in str(UnknownIdError("distributor", "zz"))


def test_a_quoted_value_cannot_move_the_cursor_or_turn_the_text_around() -> None:
    assert quoted("a\x1b[2Jb\u202ec\n") == r"'a\x1b[2Jb\u202ec\n'"


def test_a_quoted_value_is_short() -> None:
    assert len(quoted("x" * 100_000)) < 70
