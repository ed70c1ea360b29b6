"""Names are found however they are typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.letters import holds, without_accents


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Amélie", "amelie"),
        ("Pedro Almodóvar", "ALMODOVAR"),
        ("Pathe", "Pathé"),
        ("A Terra e o Sertão", "sertao"),
        ("기생충", "기생"),
    ],
)
def test_accents_and_case_do_not_matter(name: str, typed: str) -> None:
    assert holds(name, typed)


def test_other_letters_are_others() -> None:
    assert not holds("かき", "がき")
    assert not holds("Amélie", "amalie")


@given(st.text(), st.text(), st.text())
def test_a_text_holds_its_parts_and_is_without_accents_once_and_for_all(
    before: str, part: str, after: str
) -> None:
    assert holds(f"{before} {part} {after}", part)
    assert without_accents(without_accents(part)) == without_accents(part)
