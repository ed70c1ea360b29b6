"""Text for a terminal: what is safe to print, how wide it is, and chances in words."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

__all__ = ["WIDTH", "beside", "chance", "clean", "columns", "count", "cut", "film_name", "percent", "wrap"]

WIDTH = 100
"""Columns that text is wrapped to."""

JOINERS = "\u200c\u200d"
"""Invisible, but Persian words and many emoji are made with them."""

FRACTIONS = (
    *((1, n) for n in range(10, 1, -1)),
    (2, 5),
    (3, 5),
    (2, 3),
    (3, 4),
    (4, 5),
    (9, 10),
    (19, 20),
    (99, 100),
)


def clean(text: str) -> str:
    """`text` in one line, without the characters that move a cursor, ring a bell or turn the text around."""
    kept = (_visible(character) for character in text)
    return " ".join("".join(kept).split())


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return character if character in JOINERS else ""
    return " " if category in ("Cc", "Cs", "Zl", "Zp") else character


def beside(left: str, right: str, left_width: int) -> str:
    """`right` after `left`, which is padded to `left_width` columns."""
    return left + " " * max(left_width - columns(left), 0) + right


def columns(text: str) -> int:
    """How many columns of a terminal `text` takes: Chinese, Japanese and Korean characters take two."""
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if character in JOINERS or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, width: int) -> str:
    """`text` cleaned and, when it is wider than `width`, shortened to end in an ellipsis."""
    text = clean(text)
    if columns(text) <= width:
        return text
    kept, taken = "", 0
    for character in text:
        taken += _columns(character)
        if taken >= width:
            break
        kept += character
    return f"{kept.rstrip()}…"


def wrap(text: str, first: str = "", rest: str = "") -> list[str]:
    """`text` cleaned, in lines of at most WIDTH columns that begin with `first` and then `rest`.

    A word that is wider than a line is cut.
    """
    lines, line, empty = [], first, True
    for word in clean(text).split():
        word = cut(word, WIDTH - max(columns(first), columns(rest)))
        if not empty and columns(line) + 1 + columns(word) > WIDTH:
            lines.append(line)
            line, empty = rest, True
        line += word if empty else f" {word}"
        empty = False
    return [*lines, line]


def count(number: int, noun: str) -> str:
    """1 film, 3 films."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def film_name(title: str, year: int | None, width: int) -> str:
    """The title, shortened so that with its year it takes at most `width` columns."""
    suffix = "" if year is None else f" ({year})"
    return cut(title, width - len(suffix)) + suffix


def percent(share: float) -> str:
    """A share of 0..1 as a percentage with the digits that mean something."""
    if share >= 0.995:
        return "over 99 %"
    if share < 0.0005:
        return "under 0.1 %"
    return f"{share:.0%}".replace("%", " %") if share >= 0.0095 else f"{100 * share:.1f} %"


def chance(probability: float) -> str:
    """A probability as people say it: about 1 in 3."""
    if probability < 0.001:
        return "less than 1 in 1,000"
    if probability < 0.095:
        return f"about 1 in {_round(1 / probability):,}"
    hits, tries = _nearest(FRACTIONS, probability)
    return f"about {hits} in {tries}"


def _nearest(fractions: Sequence[tuple[int, int]], share: float) -> tuple[int, int]:
    return min(fractions, key=lambda fraction: abs(fraction[0] / fraction[1] - share))


def _round(number: float) -> int:
    """To a whole number, of two significant digits."""
    return round(number) if number < 100 else round(number / 10) * 10
