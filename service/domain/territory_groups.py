"""The trade's groups of territories, which overlap, as countries.

What a group holds differs from contract to contract: what is stored are always countries, and an answer shows
them, so that both sides see what they agreed on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Final

from babel import Locale

from recommender.market.territories import TERRITORIES
from service.domain.letters import without_accents
from service.errors import FieldProblem, Invalid
from service.phrases import phrase

__all__ = ["GROUPS", "country_called", "expand"]

_LATIN_AMERICA: Final = "AR BO BR CL CO CR CU DO EC GT HN HT MX NI PA PE PR PY SV UY VE"
_TABLE: Final = f"""
australasia          AU NZ
baltics              EE LT LV
benelux              BE LU NL
bulgaria_romania     BG RO
central_america      BZ CR GT HN NI PA SV
central_asia         KG KZ TJ TM UZ
cis                  AM AZ BY KG KZ MD RU TJ UZ
czech_slovak         CZ SK
eastern_europe       AL BA BG CZ EE HR HU LT LV ME MK PL RO RS SI SK
european_union       AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK
ex_yugoslavia        BA HR ME MK RS SI
french_speaking_africa BF BI BJ CD CF CG CI CM DJ DZ GA GN KM MA MG ML MR NE RW SN TD TG TN
gas                  AT CH DE
greater_china        CN HK MO TW
greece_cyprus        CY GR
gulf                 AE BH KW OM QA SA
iberia               AD ES PT
indian_subcontinent  BD BT IN LK MV NP PK
italy_and_enclaves   IT SM VA
latin_america        {_LATIN_AMERICA}
maghreb              DZ LY MA MR TN
middle_east          AE BH EG IQ IR JO KW LB OM PS QA SA SY YE
nordics              DK FI FO GL IS NO SE
north_america        CA US
scandinavia          DK NO SE
south_east_asia      BN ID KH LA MM MY PH SG TH TL VN
sub_saharan_africa   AO BF BI BJ BW CD CF CG CI CM CV DJ ER ET GA GH GM GN GQ GW KE KM LR LS MG ML MR MU MW MZ NA NE NG RW SC SD SL SN SO SS ST SZ TD TG TZ UG ZA ZM ZW
united_kingdom_and_ireland GB IE
"""  # noqa: E501


def _groups() -> dict[str, frozenset[str]]:
    rows = (line.split() for line in _TABLE.strip().splitlines())
    groups = {name: frozenset(codes) & TERRITORIES for name, *codes in rows}
    return {**groups, "world": TERRITORIES}


GROUPS: Final = MappingProxyType(_groups())
"""Name in snake case -> ISO 3166-1 alpha-2."""

_OTHER_NAMES: Final = {
    "anz": GROUPS["australasia"],
    "dach": GROUPS["gas"],
    "german_speaking_europe": GROUPS["gas"],
    "worldwide": GROUPS["world"],
    **{
        name: frozenset({code})
        for name, code in {
            "czech_republic": "CZ",
            "great_britain": "GB",
            "ivory_coast": "CI",
            "korea": "KR",
            "holland": "NL",
            "turkey": "TR",
            "uk": "GB",
            "united_states_of_america": "US",
            "usa": "US",
        }.items()
    },
}


@cache
def _english_names() -> dict[str, frozenset[str]]:
    names = Locale("en").territories
    return {_name(names[code]): frozenset({code}) for code in sorted(TERRITORIES) if code in names}


def expand(places: Iterable[str], field: str = "territories") -> tuple[str, ...]:
    """Countries and names of groups (such as FR, France, Benelux, "Latin America") as countries, each once, in order.

    Raises Invalid that names each place that is neither.
    """
    found: set[str] = set()
    problems = []
    for place in places:
        countries = _countries(place.strip())
        found |= countries
        if not countries:
            problems.append(
                FieldProblem(field, phrase("{place!r} is no territory", place=place), _remedy(place))
            )
    if problems:
        raise Invalid(problems)
    return tuple(sorted(found))


def country_called(name: str) -> str | None:
    """The code of a country by its English name or by another name of the trade, None for everything else."""
    plain = _name(name)
    found = _OTHER_NAMES.get(plain) or _english_names().get(plain) or frozenset()
    return next(iter(found)) if len(found) == 1 else None


def _countries(place: str) -> frozenset[str]:
    if place in TERRITORIES:
        return frozenset({place})
    name = _name(place)
    return GROUPS.get(name) or _OTHER_NAMES.get(name) or _english_names().get(name, frozenset())


def _name(place: str) -> str:
    return "_".join(re.findall(r"\w+", without_accents(place).casefold().replace(".", "").replace("_", " ")))


def _remedy(place: str) -> str:
    if place.strip().upper() in TERRITORIES:
        return phrase("Write {code}", code=place.strip().upper())
    close = get_close_matches(_name(place), [*GROUPS, *_OTHER_NAMES, *_english_names()], n=1, cutoff=0.75)
    return (
        phrase("Did you mean {name}?", name=close[0])
        if close
        else phrase("Use ISO 3166-1 alpha-2, such as FR, or a group of the list")
    )
