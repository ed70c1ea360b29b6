"""Every rule of the database is told to people in words of its own."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import Engine, text

from service.errors import Conflict, Invalid, RightsConflict, ServiceError, Unavailable
from service.store.constraints import RULES, translated
from service.store.tables import METADATA

OF_RIGHTS = {
    *("rights_inside_held", "deals_inside_held", "rights_fit_their_deal"),
    *("sold_beside_deals", "deals_beside_sold", "sold_within_its_deal"),
}
OF_TRIGGERS = {
    *OF_RIGHTS,
    "participants_keep_side",
    "profiles_keep_territory",
    "published_stays",
    "seller_meets_buyer",
}
NEVER_BY_PEOPLE = {
    "ck_revision_single_row",
    "ck_current_bundle_single_row",
    "ck_film_vectors_vector_float32",
    "ck_brief_vectors_vector_float32",
    "ck_import_files_size_bytes_of_content",
    "ck_feedback_events_undone_names_an_event",
    "ck_match_runs_predictions_aligned",
    "ck_merge_proposals_decided_when_decided",
    "ck_job_runs_finished_when_final",
    "ck_schedules_published_when_published",
    "ck_users_email_until_deleted",
}


OURS = "relnamespace = 'public'::regnamespace AND relname !~ '^procrastinate_'"
NAMED = "SELECT conname, relname FROM pg_constraint JOIN pg_class c ON c.oid = conrelid"
CHECKS = f"{NAMED} WHERE contype = 'c' AND {OURS}"
REFERENCES = f"{NAMED} WHERE contype IN ('f', 'x') AND {OURS}"
UNIQUES = f"""
    SELECT indexrelid::regclass::text, relname FROM pg_index JOIN pg_class c ON c.oid = indrelid
    WHERE indisunique AND NOT indisprimary AND {OURS}"""


def _found(engine: Engine, query: str) -> list[tuple[str, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def _told(engine: Engine, condition: str, constraint: str, table: str) -> ServiceError:
    """What a person is told when PostgreSQL reports that this rule is broken."""
    raised = (
        f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{condition}', CONSTRAINT = '{constraint}', "
        f"TABLE = '{table}', MESSAGE = 'in the words of PostgreSQL'; END $$"
    )
    with pytest.raises(ServiceError) as told, engine.begin() as connection:
        connection.execute(text(raised))
    return told.value


def test_every_check_names_field_and_remedy(engine: Engine) -> None:
    for constraint, table in _found(engine, CHECKS):
        if constraint not in NEVER_BY_PEOPLE:
            error = _told(engine, "check_violation", constraint, table)
            assert isinstance(error, Invalid), constraint
            (problem,) = error.problems
            assert problem.message != "it breaks a rule", f"{constraint} needs words: add it to RULES"
            assert problem.remedy
            columns = {column.name.removesuffix("_pk") for column in METADATA.tables[table].columns}
            known = columns | {"licensee_id", "deal_id", "release_date", "window", "other_id"}
            assert problem.field in known, (
                f"{constraint} names {problem.field}, which is no column of {table}"
            )


def test_every_unique_thing_is_a_conflict(engine: Engine) -> None:
    for constraint, table in _found(engine, UNIQUES):
        error = _told(engine, "unique_violation", constraint, table)
        assert isinstance(error, Conflict)
        assert error.constraint == constraint
        assert error.remedy


@pytest.mark.parametrize("name", sorted(OF_TRIGGERS))
def test_what_a_trigger_says_reaches_people(engine: Engine, name: str) -> None:
    error = _told(engine, "integrity_constraint_violation", name, "")
    assert error.message == "in the words of PostgreSQL"
    assert error.remedy
    assert isinstance(error, RightsConflict if name in OF_RIGHTS else Conflict)


def test_no_rule_is_explained_that_does_not_exist(engine: Engine) -> None:
    known = {row[0] for query in (CHECKS, UNIQUES, REFERENCES) for row in _found(engine, query)}
    assert set(RULES) <= known | OF_TRIGGERS | {"procrastinate_jobs_queueing_lock_idx_v1"}
    assert known >= NEVER_BY_PEOPLE


def test_a_reference_that_vanished_meanwhile_is_a_conflict(engine: Engine) -> None:
    with pytest.raises(Conflict, match="the film is gone") as raised, engine.begin() as connection:
        connection.execute(
            text("INSERT INTO film_vectors VALUES (1, 'mini', repeat('x', 32)::bytea, 'four')")
        )
    assert raised.value.field == "film_id"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("40001", "somebody else was changing"),
        ("40P01", "somebody else was changing"),
        ("55P03", "somebody else is changing"),
        ("57014", "took too long"),
        ("57P01", "cannot be reached"),
        ("57P03", "cannot be reached"),
        ("53300", "cannot be reached"),
        ("53100", "disk is full"),
        ("25006", "takes no changes"),
        ("08006", "cannot be reached"),
    ],
)
def test_what_passes_by_itself_is_unavailable_for_the_moment(engine: Engine, code: str, words: str) -> None:
    error = _told(engine, code, "", "")
    assert isinstance(error, Unavailable)
    assert words in error.message
    assert error.retry_after_s > 0


def test_our_own_defects_stay_defects() -> None:
    assert translated(psycopg.errors.UndefinedTable("no such table")) is None
    assert translated(psycopg.errors.NotNullViolation("null")) is None
    assert translated(ValueError("not of the database")) is None
