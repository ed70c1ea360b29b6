from __future__ import annotations

import pytest

from recommender.ranking.houses import bears_name, house_names, houses


@pytest.mark.parametrize(
    ("name", "telling"),
    [
        ("Le Lumen Distribution", "lumen"),
        ("Lumen Films SARL", "lumen"),
        ("Northern Lights Pictures, Inc.", "northern lights"),
        ("Two Brothers & Sons of Lyon", "two brothers"),
    ],
)
def test_a_house_is_known_by_what_is_telling_in_its_name(name: str, telling: str) -> None:
    assert house_names([name]) == {telling}


@pytest.mark.parametrize("name", ["", "The Film Company", "Films de la France", "AB"])
def test_a_name_of_common_words_alone_is_nobodys(name: str) -> None:
    assert house_names([name]) == frozenset()


def test_companies_belong_to_the_distributors_whose_name_they_bear() -> None:
    owners = [house_names(["Lumen Films", "Old Lantern"]), house_names(["The Film Company"])]
    found = houses(["lumen production", "lantern", "old lantern studios", "films"], owners)
    assert found.toarray().tolist() == [[1, 0], [0, 0], [1, 0], [0, 0]]
    assert bears_name("Lumen Production", owners[0])
    assert not bears_name("Luminous", owners[0])
