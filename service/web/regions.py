"""Territories in the trade's groups, each in one: so that a table of the world can be folded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from service.domain.territory_groups import GROUPS
from service.web.marking import _

__all__ = ["GROUP_NAMES", "in_regions"]


GROUP_NAMES: Final = {
    "australasia": _("Australasia"),
    "baltics": _("Baltics"),
    "benelux": _("Benelux"),
    "bulgaria_romania": _("Bulgaria and Romania"),
    "central_america": _("Central America"),
    "central_asia": _("Central Asia"),
    "cis": _("CIS"),
    "czech_slovak": _("Czechia and Slovakia"),
    "eastern_europe": _("Eastern Europe"),
    "european_union": _("European Union"),
    "ex_yugoslavia": _("Ex-Yugoslavia"),
    "french_speaking_africa": _("French-speaking Africa"),
    "gas": _("Germany, Austria, Switzerland (GAS)"),
    "greater_china": _("Greater China"),
    "greece_cyprus": _("Greece and Cyprus"),
    "gulf": _("Gulf"),
    "iberia": _("Iberia"),
    "indian_subcontinent": _("Indian subcontinent"),
    "italy_and_enclaves": _("Italy with San Marino and the Vatican"),
    "latin_america": _("Latin America"),
    "maghreb": _("Maghreb"),
    "middle_east": _("Middle East"),
    "nordics": _("Nordics"),
    "north_america": _("North America"),
    "scandinavia": _("Scandinavia"),
    "south_east_asia": _("South-East Asia"),
    "sub_saharan_africa": _("Sub-Saharan Africa"),
    "united_kingdom_and_ireland": _("United Kingdom and Ireland"),
    "world": _("World"),
}
"""What people call the groups."""

_IN_ORDER: Final = (
    *("united_kingdom_and_ireland", "gas", "benelux", "nordics", "baltics", "italy_and_enclaves", "iberia"),
    *("greece_cyprus", "czech_slovak", "ex_yugoslavia", "eastern_europe", "cis", "central_asia"),
    *("north_america", "latin_america", "greater_china", "indian_subcontinent", "south_east_asia"),
    *("australasia", "middle_east", "maghreb", "sub_saharan_africa"),
)
"""A territory of several belongs to the first."""


def in_regions(territories: Iterable[str]) -> list[tuple[str, list[str]]]:
    """(group, its territories) in the order of a contract; "" last holds those of no group, such as France."""
    left = sorted(set(territories))
    found = []
    for group in _IN_ORDER:
        inside = [territory for territory in left if territory in GROUPS[group]]
        if inside:
            found.append((group, inside))
            left = [territory for territory in left if territory not in GROUPS[group]]
    return [*found, ("", left)] if left else found
