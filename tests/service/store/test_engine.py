from __future__ import annotations

import pytest

from service.errors import Misconfigured
from service.store.engine import libpq_url, sqlalchemy_url


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_usual_address_gets_the_driver_we_use(scheme: str) -> None:
    url = sqlalchemy_url(f"{scheme}://ann:secret@db.example.org:5433/reelmatch?sslmode=require")
    assert url.drivername == "postgresql+psycopg"
    assert (url.host, url.port, url.database, url.query["sslmode"]) == (
        "db.example.org",
        5433,
        "reelmatch",
        "require",
    )


def test_the_address_for_other_programs_is_plain_and_whole() -> None:
    url = libpq_url("postgresql+psycopg://ann:s%40cret@/reelmatch?host=/run/postgres")
    assert url == "postgresql://ann:s%40cret@/reelmatch?host=%2Frun%2Fpostgres"


@pytest.mark.parametrize(
    "url", ["mysql://root:secret@h/db", "sqlite:///file.db", "postgresql+asyncpg://u:secret@h/d"]
)
def test_another_database_is_refused_with_the_remedy(url: str) -> None:
    with pytest.raises(Misconfigured, match=r"not PostgreSQL\. Set DATABASE_URL") as raised:
        sqlalchemy_url(url)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("url", ["", "reelmatch", "postgresql://u:secret@h:port/db"])
def test_what_is_no_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(Misconfigured, match="cannot be read") as raised:
        sqlalchemy_url(url)
    assert "secret" not in str(raised.value)
