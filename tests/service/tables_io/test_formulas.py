import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.tables_io.formulas import guarded, unguarded

RISKY = ["=", "+", "-", "@", "\t", "\r", "\n", "＝"]
TEXTS = st.one_of(
    st.text(), st.builds(str.__add__, st.sampled_from(["'", "''", "", *RISKY]), st.text(max_size=5))
)


@pytest.mark.parametrize("start", RISKY)
def test_a_text_that_would_run_is_marked(start: str) -> None:
    assert guarded(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


@pytest.mark.parametrize("text", ["", "The Ferry", "'Tis Pity", "a=b", "1-2", "映画"])
def test_every_other_text_stays(text: str) -> None:
    assert guarded(text) == text


@given(TEXTS)
def test_no_guarded_text_runs(text: str) -> None:
    assert not guarded(text).startswith(tuple(RISKY))


@given(TEXTS)
def test_a_guarded_text_is_read_back_as_it_was(text: str) -> None:
    assert unguarded(guarded(text)) == text
