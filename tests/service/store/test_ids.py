from __future__ import annotations

from uuid import UUID

from service.store.ids import new_id


def test_ids_say_what_they_are_of_and_differ() -> None:
    ids = [new_id("film") for _ in range(1000)]
    assert all(value.startswith("film_") and len(value) == 37 for value in ids)
    assert len(set(ids)) == 1000


def test_an_id_is_a_uuid_of_version_7_that_sorts_by_time() -> None:
    earlier, later = (UUID(new_id("x").removeprefix("x_")) for _ in range(2))
    assert earlier.version == later.version == 7
    assert earlier.variant == "specified in RFC 4122"
    assert earlier.int >> 80 <= later.int >> 80
