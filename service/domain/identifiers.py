"""What films are known by elsewhere, each written one way, so that the same film is not there twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

import stdnum.isan
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.iso7064 import mod_37_36

from service.phrases import phrase

__all__ = ["EXAMPLES", "IDENTIFIERS", "READERS", "eidr", "imdb_id", "isan", "tmdb_id"]

EXAMPLES: Final = {
    "eidr": "10.5240/7791-8534-2C23-9030-8610-5",
    "isan": "0000-0001-8947-0000-8-0000-0000-D",
    "imdb_id": "tt0111161",
    "tmdb_id": "603",
}

_IMDB_DIGITS: Final = 7
_NOT_SO: Final = phrase("it is not written as such identifiers are")
_MISTYPED: Final = phrase("its check character does not fit: something is mistyped")


def eidr(text: str) -> str:
    """An EIDR of content as 10.5240/XXXX-XXXX-XXXX-XXXX-XXXX-C, "" for none; a DOI's address may stand before it.

    The check character is that of ISO 7064, Mod 37,36. Raises ValueError, as all of these, with what is wrong.
    """
    given = re.sub(r"^(https?://(dx\.)?doi\.org/|doi:)", "", text.strip(), flags=re.IGNORECASE).upper()
    if not given:
        return ""
    if not re.fullmatch(r"10\.5240/([0-9A-F]{4}-){5}[0-9A-Z]", given):
        raise ValueError(_NOT_SO)
    if not mod_37_36.is_valid(given.removeprefix("10.5240/").replace("-", "")):
        raise ValueError(_MISTYPED)
    return given


def isan(text: str) -> str:
    """An ISAN (ISO 15706) with its check characters, and its version (ISO 15706-2) where it is of one; "" for none."""
    given = re.sub(r"^ISAN[\s:]*", "", text.strip().upper())
    if not given:
        return ""
    try:
        stdnum.isan.validate(given)
    except InvalidChecksum:
        raise ValueError(_MISTYPED) from None
    except ValidationError:
        raise ValueError(_NOT_SO) from None
    plain = stdnum.isan.compact(given, strip_check_digits=True)
    work, version = plain[:16], plain[16:]
    # A version of zeros says that it is of none.
    return str(stdnum.isan.format(work + (version if version.strip("0") else ""), add_check_digits=True))


def imdb_id(text: str) -> str:
    """An IMDb id of a title, with seven digits at least; "" for none. It may be the address of its page."""
    given = text.strip()
    found = re.fullmatch(r"(?:https?://\w+\.imdb\.com/title/)?tt(\d{7,10})/?(?:\?.*)?", given, re.IGNORECASE)
    if given and found is None:
        raise ValueError(_NOT_SO)
    return f"tt{int(found[1]):0{_IMDB_DIGITS}d}" if found else ""


def tmdb_id(text: str) -> str:
    """A TMDB id, "" for none."""
    given = text.strip()
    if given and not re.fullmatch("[1-9][0-9]{0,9}", given):
        raise ValueError(_NOT_SO)
    return given


READERS: Final[Mapping[str, Callable[[str], str]]] = {
    "eidr": eidr,
    "isan": isan,
    "imdb_id": imdb_id,
    "tmdb_id": tmdb_id,
}
"""Name of a film's field -> what makes any spelling of it the one that is kept."""

IDENTIFIERS: Final = tuple(READERS)
"""The names of those fields."""
