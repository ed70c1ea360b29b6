import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.cli.words import WIDTH, chance, clean, columns, count, cut, film_name, percent, wrap


@pytest.mark.parametrize(
    ("probability", "share", "words"),
    [
        (0.31, "31 %", "about 1 in 3"),
        (0.5, "50 %", "about 1 in 2"),
        (0.66, "66 %", "about 2 in 3"),
        (0.9, "90 %", "about 9 in 10"),
        (0.95, "95 %", "about 19 in 20"),
        (0.06, "6 %", "about 1 in 17"),
        (0.0123, "1 %", "about 1 in 81"),
        (0.004, "0.4 %", "about 1 in 250"),
        (0.0029, "0.3 %", "about 1 in 340"),
        (0.0, "under 0.1 %", "less than 1 in 1,000"),
        (1.0, "over 99 %", "about 99 in 100"),
    ],
)
def test_a_probability_is_a_percentage_and_a_chance_in_words(
    probability: float, share: str, words: str
) -> None:
    assert percent(probability) == share
    assert chance(probability) == words


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_larger_probability_never_sounds_smaller(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert _said(chance(low)) <= _said(chance(high))


@given(st.floats(0.095, 1))
def test_the_words_are_never_far_from_the_figure(probability: float) -> None:
    assert abs(_said(chance(probability)) - probability) <= 0.051


def _said(words: str) -> float:
    hits, tries = words.replace(",", "").split()[-3::2]
    return int(hits) / int(tries) - (1e-4 if words.startswith("less") else 0)


@given(st.text())
def test_what_is_printed_cannot_steer_a_terminal(text: str) -> None:
    shown = clean(text)
    assert "\n" not in shown
    assert not set(shown) & set(map(chr, (*range(32), *range(0x7F, 0xA0), *range(0x202A, 0x202F), 0xFEFF)))


def test_cleaning_keeps_every_script_and_joined_emoji() -> None:
    for text in ("Café 金沢のベンチ", "קיץ אחרון ☀️", "می‌خواهم", "👩‍👧"):
        assert clean(text) == text


def test_an_escape_sequence_is_harmless_when_cleaned() -> None:
    assert clean("a\x1b[2Jb\tc\u202ed\x07") == "a [2Jb cd"


def test_wide_characters_take_two_columns_and_marks_none() -> None:
    assert columns("ab") == 2
    assert columns("金沢") == 4
    assert columns("e\u0301") == 1


@given(st.text(), st.integers(2, 40))
def test_a_text_that_is_cut_fits_and_says_so(text: str, width: int) -> None:
    shown = cut(text, width)
    assert columns(shown) <= width
    assert shown == clean(text) or shown.endswith("…")


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=150), max_size=30))
def test_no_wrapped_line_is_wider_than_the_page_and_no_word_is_lost(words: list[str]) -> None:
    text = clean(" ".join(words))
    lines = wrap(text, "  + ", "    ")
    assert max(map(columns, lines)) <= WIDTH
    if all(columns(word) <= WIDTH - 4 for word in text.split()):
        assert " ".join(line[4:] for line in lines) == text


def test_a_film_is_its_title_and_year_and_the_year_is_never_cut() -> None:
    assert film_name("Static", 2016, 40) == "Static (2016)"
    assert film_name("Static", None, 40) == "Static"
    assert film_name("A very long title indeed", 2016, 16) == "A very l… (2016)"


def test_one_thing_is_singular() -> None:
    assert count(1, "film") == "1 film"
    assert count(1200, "film") == "1,200 films"
