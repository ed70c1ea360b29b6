from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.words import ImportKind, MediaRight, Stage
from service.usecases.importing import cells
from service.usecases.importing.cells import BadCell
from service.usecases.importing.columns import COLUMNS


@pytest.mark.parametrize(
    ("read", "cell", "value"),
    [
        (cells.text, "a\x00b\r\nc", "a b\nc"),
        (cells.line, "The\nlong  night", "The long night"),
        (cells.values, "a| b |a||", ("a", "b")),
        (cells.values, "a\nb|c", ("a b", "c")),
        (cells.countries, "fr| BE; su|FR", ("FR", "BE", "SU")),
        (cells.territory, "fr", "FR"),
        (cells.whole, "1234.0", 1234),
        (cells.amount, "50 000.5", Decimal("50000.50")),
        (cells.share, "25%", Decimal("0.25")),
        (cells.share, "0.25", Decimal("0.25")),
        (cells.currency, "eur", "EUR"),
        (cells.day, "2026-03-04T00:00:00", date(2026, 3, 4)),
        (cells.flag, "Yes", True),
        (cells.flag, "non-exclusive", False),
        (cells.word(Stage), "Post-production", Stage.POST_PRODUCTION),
        (cells.words(MediaRight), "TVOD, Pay TV", (MediaRight.TVOD, MediaRight.PAY_TV)),
        (cells.words(MediaRight), "All rights", tuple(MediaRight)),
        (cells.territories, "Benelux; fr", ("BE", "FR", "LU", "NL")),
        (cells.languages, "pt-BR|fr", ("fr", "pt-BR")),
        (cells.identifier("imdb_id"), "tt0111161", "tt0111161"),
    ],
)
def test_cells_are_read_as_people_write_them(read: Callable[[str], Any], cell: str, value: object) -> None:
    assert read(cell) == value


@pytest.mark.parametrize(
    ("read", "cell"),
    [
        (cells.whole, "-1"),
        (cells.whole, "3000000000"),
        (cells.whole, "1e999999"),
        (cells.amount, "1,5"),
        (cells.amount, "NaN"),
        (cells.amount, "100000000000000"),
        (cells.share, "25"),
        (cells.currency, "EURO"),
        (cells.day, "04.03.2026"),
        (cells.day, "2026-02-30"),
        (cells.day, "9999-12-31"),
        (cells.flag, "maybe"),
        (cells.word(Stage), "done"),
        (cells.values, "|".join(map(str, range(61)))),
        (cells.values, "x" * 301),
        (cells.countries, "FR|XX"),
        (cells.territory, "SU"),
        (cells.territories, "Atlantis"),
        (cells.languages, "French"),
        (cells.identifier("imdb_id"), "0111161"),
        (cells.identifier("eidr"), "10.5240/x"),
        (cells.currency, "ZZZ"),
        (cells.key, "2026/55611"),
        (cells.key, ".."),
    ],
)
def test_what_has_no_meaning_is_told_with_a_remedy(read: Callable[[str], Any], cell: str) -> None:
    with pytest.raises(BadCell) as told:
        read(cell)
    assert told.value.message
    assert told.value.remedy


@given(st.sampled_from([column for kind in ImportKind for column in COLUMNS[kind]]), st.text(max_size=40))
def test_no_cell_breaks_its_reader(column: Any, cell: str) -> None:
    with suppress(BadCell):
        column.read(cell.strip())
