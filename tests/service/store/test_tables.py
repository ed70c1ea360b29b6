"""The tables in Python are those that the migrations make."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
from sqlalchemy import create_engine

from service.domain.words import MediaRight
from service.store.engine import sqlalchemy_url
from service.store.repositories import companies
from service.store.tables import METADATA

OURS = "c.relnamespace = 'public'::regnamespace AND c.relname !~ '^(procrastinate_|alembic_)'"
COLUMNS = f"""
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND c.relkind = 'r' AND {OURS}"""
CONSTRAINTS = f"""
    SELECT c.relname, k.conname, pg_get_constraintdef(k.oid)
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype IN ('c', 'f', 'p', 'u') AND {OURS}"""
INDEXES = f"""
    SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    WHERE NOT i.indisexclusion AND {OURS}"""


def _described(url: str, query: str) -> set[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return {tuple(row) for row in connection.execute(query.encode())}


def test_migrations_and_metadata_describe_the_same_tables(
    make_database: Callable[..., str], migrated_url: str
) -> None:
    made = make_database()
    engine = create_engine(sqlalchemy_url(made))
    METADATA.create_all(engine)
    engine.dispose()
    for query in (COLUMNS, CONSTRAINTS, INDEXES):
        assert _described(made, query) == _described(migrated_url, query)


def test_every_foreign_key_can_be_followed_by_an_index(migrated_url: str) -> None:
    """Without one, deleting what it refers to reads the whole table."""
    unindexed = """
        SELECT conrelid::regclass::text, conname FROM pg_constraint k
        WHERE contype = 'f' AND conrelid::regclass::text !~ '^procrastinate' AND NOT EXISTS (
            SELECT FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indkey[0] = k.conkey[1])"""
    few_rows = {"fk_current_bundle_bundle_pk", "fk_promotions_previous_pk"}
    assert {name for _, name in _described(migrated_url, unindexed)} == few_rows


def test_merging_companies_knows_every_reference_to_a_company() -> None:
    references = {
        column
        for table in METADATA.tables.values()
        for column in table.columns
        if any(key.column.table.name == "companies" for key in column.foreign_keys)
    }
    memberships = METADATA.tables["memberships"].c.company_pk
    invitations = METADATA.tables["company_invitations"].c.company_pk
    assert references == {memberships, invitations, *companies._REFERENCES}


def test_every_media_right_has_its_own_place_in_the_overlap_rule(migrated_url: str) -> None:
    with psycopg.connect(migrated_url) as connection:
        numbers = [
            connection.execute("SELECT rights_cell_number(7, %s, %s)", [territory, right.value]).fetchone()
            for right in MediaRight
            for territory in ("AA", "AZ", "ZA", "ZZ")
        ]
        following = connection.execute("SELECT rights_cell_number(8, 'AA', 'theatrical')").fetchone()
    values = [row[0] for row in numbers if row is not None and row[0] is not None]
    assert len(set(values)) == len(MediaRight) * 4
    assert following is not None
    assert max(values) < following[0]
