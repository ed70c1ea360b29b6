from hypothesis import given
from hypothesis import strategies as st

from service.tables_io.lists import joined, parted


def test_lists_are_written_and_read_as_ever() -> None:
    assert joined(["Drama", "Comedy"]) == "Drama|Comedy"
    assert list(parted(" Drama | Comedy||")) == ["Drama", "Comedy"]


def test_a_value_may_hold_a_bar() -> None:
    assert joined(["Smith | Jones", "Ruz"]) == r"Smith \| Jones|Ruz"
    assert list(parted(r"Smith \| Jones|Ruz")) == ["Smith | Jones", "Ruz"]


@given(st.lists(st.text(alphabet="a|\\ ", min_size=1).map(str.strip).filter(bool)))
def test_any_values_are_read_back(values: list[str]) -> None:
    assert list(parted(joined(values))) == values
