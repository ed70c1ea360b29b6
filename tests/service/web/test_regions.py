"""Territories in the trade's groups, each in one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from recommender.market.territories import TERRITORIES
from service.domain.territory_groups import GROUPS
from service.web.regions import GROUP_NAMES, in_regions


@given(st.sets(st.sampled_from(sorted(TERRITORIES))))
def test_every_territory_is_in_one_region_that_holds_it(territories: set[str]) -> None:
    regions = in_regions(territories)
    assert sorted(one for _, inside in regions for one in inside) == sorted(territories)
    assert all(set(inside) <= GROUPS[group] for group, inside in regions if group)
    assert all(inside for _, inside in regions)


def test_those_of_no_group_come_last() -> None:
    assert in_regions(["FR", "NL", "BE"]) == [("benelux", ["BE", "NL"]), ("", ["FR"])]


def test_every_group_has_a_name() -> None:
    assert set(GROUP_NAMES) == set(GROUPS)
