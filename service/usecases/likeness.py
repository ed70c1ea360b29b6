"""How alike two films or two companies are, and which pairs are worth comparing.

Pairs are found by blocking: two things are compared only when they share a key (a word of the title with the
year, a director, the beginning of a name). Keys that very many share say nothing and are left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final, TypeVar

from rapidfuzz.distance import JaroWinkler

from service.domain.accounts import Company
from service.domain.catalogue import FilmRecord
from service.domain.identifiers import IDENTIFIERS
from service.domain.letters import without_accents

__all__ = ["Likeness", "alike_companies", "alike_films", "pairs"]

T = TypeVar("T")

_MOST_SHARING: Final = 60
"""Things with the same key, beyond which the key is left out."""

_LONGEST: Final = 2
_PART: Final = 5
"""How many words of a title lead to likely pairs, and how many letters of each."""

_FILMS_ENOUGH: Final = 0.85
_COMPANIES_ENOUGH: Final = 0.93

_ARTICLES: Final = "the a an le la les l un une der die das el los las il lo gli o os as"
_FORMS: Final = "and et und y e co company corp inc limited llc ltd plc pty ag gmbh kk sl srl"
_MORE_FORMS: Final = "ab as bv nv oy sa sarl sas spa"
_NOT_IN_TITLES: Final = frozenset(_ARTICLES.split())
_NOT_IN_NAMES: Final = frozenset([*_FORMS.split(), *_MORE_FORMS.split()])


@dataclass(frozen=True, slots=True)
class Likeness:
    """share: 0..1. evidence: what they have in common and what not, for a person to judge."""

    share: float
    evidence: dict[str, Any]


def pairs(
    things: Sequence[T], keys: Callable[[T], Iterable[Hashable]], new: Set[int]
) -> Iterator[tuple[T, T]]:
    """Pairs that share a key and of which at least one is new, each once. new: places in `things`."""
    blocks: dict[Hashable, list[int]] = defaultdict(list)
    for place, thing in enumerate(things):
        for key in set(keys(thing)):
            blocks[key].append(place)
    seen: set[tuple[int, int]] = set()
    for places in blocks.values():
        if not 1 < len(places) <= _MOST_SHARING or new.isdisjoint(places):
            continue
        for pair in combinations(places, 2):
            if (pair[0] in new or pair[1] in new) and pair not in seen:
                seen.add(pair)
                yield things[pair[0]], things[pair[1]]


def film_keys(record: FilmRecord) -> Iterator[Hashable]:
    """What two records of one film are likely to share."""
    film = record.film
    for title in {film.title, film.original_title} - {""}:
        words = _title_words(title)
        yield "title", "".join(words)
        for word in sorted(words, key=len)[-_LONGEST:]:
            # The beginning and the end: a slip of the pen is seldom in both, nor in two words.
            for part in (word[:_PART], word[-_PART:][::-1]):
                yield "word", part, film.year and film.year // 2
                yield "word", part, film.year and (film.year + 1) // 2
    for director in film.directors:
        yield "director", _plain(director), film.year and film.year // 3


def alike_films(one: FilmRecord, other: FilmRecord) -> Likeness | None:
    """How alike; None where they are hardly the same film."""
    first, second = one.film, other.film
    if any(
        getattr(one, name) and getattr(other, name) and getattr(one, name) != getattr(other, name)
        for name in IDENTIFIERS
    ):
        return None
    title = max(
        _title_likeness(left, right)
        for left in (first.title, first.original_title)
        for right in (second.title, second.original_title)
        if left and right
    )
    years = None if None in (first.year, second.year) else abs(first.year - second.year)  # type: ignore[operator]
    if title < 0.8 or (years is not None and years > 2):
        return None
    directors = _shared(first.directors, second.directors)
    cast = _shared(first.cast, second.cast)
    share = title
    share += {0: 0.03, 1: 0.0, 2: -0.06}.get(years, -0.03) if years is not None else -0.03
    if first.directors and second.directors:
        share += 0.06 if directors else -0.2
    if first.cast and second.cast:
        share += 0.03 if cast else -0.05
    if share < _FILMS_ENOUGH:
        return None
    evidence = {
        "titles": [first.title, second.title],
        "years": [first.year, second.year],
        "shared_directors": directors,
        "shared_cast": cast,
    }
    return Likeness(min(share, 1.0), evidence)


def company_keys(company: Company) -> Iterator[Hashable]:
    """What two records of one company are likely to share."""
    for name in (company.name, *company.aliases):
        words = _company_words(name)
        if words:
            yield "start", words[0][:5]
            yield "name", "".join(sorted(words))


def alike_companies(one: Company, other: Company) -> Likeness | None:
    """How alike; None where they are hardly the same company."""
    if one.country and other.country and one.country != other.country:
        return None
    best, names = max(
        (_company_likeness(left, right), [left, right])
        for left in (one.name, *one.aliases)
        for right in (other.name, *other.aliases)
    )
    if best < _COMPANIES_ENOUGH:
        return None
    return Likeness(best, {"names": names, "countries": [one.country, other.country]})


def _title_likeness(left: str, right: str) -> float:
    first, second = _title_words(left), _title_words(right)
    if _numbers(first) != _numbers(second):
        # A sequel is not its original.
        return 0.0
    return float(JaroWinkler.similarity(" ".join(first), " ".join(second)))


def _company_likeness(left: str, right: str) -> float:
    first, second = " ".join(_company_words(left)), " ".join(_company_words(right))
    return float(JaroWinkler.similarity(first, second)) if first and second else 0.0


def _title_words(title: str) -> list[str]:
    words = _plain(title).split()
    return [word for word in words if word not in _NOT_IN_TITLES] or words


def _company_words(name: str) -> list[str]:
    words = _plain(name).split()
    return [word for word in words if word not in _NOT_IN_NAMES] or words


def _numbers(words: Iterable[str]) -> list[str]:
    return [word for word in words if word.isdigit() or re.fullmatch("[ivx]+", word)]


def _shared(first: Iterable[str], second: Iterable[str]) -> list[str]:
    known = set(map(_plain, second))
    return [name for name in first if _plain(name) in known]


def _plain(text: str) -> str:
    """Small letters without accents, words apart by one blank."""
    return " ".join(re.findall(r"\w+", without_accents(text.casefold())))
