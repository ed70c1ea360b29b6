"""What each rule of the database means to a person: errors of PostgreSQL become errors of the service."""

from __future__ import annotations

from typing import Final, NamedTuple

import psycopg

from service.errors import Conflict, Invalid, RightsConflict, ServiceError, Unavailable
from service.phrases import phrase

__all__ = ["RULES", "Rule", "translated"]


class Rule(NamedTuple):
    """A named rule: the field to change ("" for none), what is wrong, and the remedy."""

    field: str
    message: str
    remedy: str


RULES: Final[dict[str, Rule]] = {
    "ex_rights_grants_sold": Rule(
        "window",
        "an active sale exists already, one of the two is exclusive, and they overlap in territory, media right, "
        "window and language",
        "Look at the film's avails, shorten the window or narrow territory and languages, or end the other sale first",
    ),
    "ex_rights_grants_held": Rule(
        "window",
        "these rights are held already, one of the two holdings is exclusive, and they overlap in territory, media "
        "right, window and language",
        "Change the grant that exists; if another company claims the rights, ask an administrator",
    ),
    "rights_inside_held": Rule(
        "window", "", "Record or extend the rights held first, or sell only what is held and as it is held"
    ),
    "deals_inside_held": Rule(
        "media_rights", "", "Record or extend the rights held first, or correct the deal's rights and dates"
    ),
    "rights_fit_their_deal": Rule("deal_id", "", "Name the right deal, or change grant and deal together"),
    "sold_beside_deals": Rule(
        "window",
        "",
        "Record what that deal sold first, or give it the licence period and media rights that it has",
    ),
    "deals_beside_sold": Rule(
        "window",
        "",
        "Give the deal the licence period and media rights that it has, record its sale, or change the grant first",
    ),
    "sold_within_its_deal": Rule(
        "window", "", "Choose days inside of it, or change the licence period first, which moves its sale too"
    ),
    "profiles_keep_territory": Rule("territory", "", "Add a profile of the company in the other territory"),
    "uq_users_email": Rule("email", "this address already has an account", "Sign in, or use another address"),
    "uq_films_eidr": Rule(
        "eidr", "another film has this EIDR", "Look the film up by its EIDR and use that one"
    ),
    "uq_films_isan": Rule(
        "isan", "another film has this ISAN", "Look the film up by its ISAN and use that one"
    ),
    "uq_films_imdb_id": Rule(
        "imdb_id", "another film has this IMDb id", "Look the film up by it and use that one"
    ),
    "uq_films_tmdb_id": Rule(
        "tmdb_id", "another film has this TMDB id", "Look the film up by it and use that one"
    ),
    "uq_distributor_profiles_company_pk_territory": Rule(
        "territory", "the company already has a profile in this territory", "Change that profile"
    ),
    "uq_memberships_user_pk_company_pk": Rule(
        "user_id", "the person is already a member", "Change the role instead"
    ),
    "uq_job_runs_open_key": Rule(
        "", "the same job is already waiting or running", "Wait for it, or cancel it"
    ),
    "procrastinate_jobs_queueing_lock_idx_v1": Rule("", "the same task is waiting already", "Wait for it"),
    "uq_merge_proposals_pair": Rule("", "this pair was proposed before", "Decide on that proposal"),
    "uq_meeting_requests_open": Rule(
        "", "a meeting about this film was asked for meanwhile", "Look at that request, and answer it"
    ),
    "uq_feedback_events_undoes_pk": Rule("undoes", "this was already taken back", "Nothing is left to do"),
    "fk_feedback_events_undoes_pk": Rule(
        "undoes",
        "it is not an event of the same company about the same film and distributor",
        "Name the event to take back",
    ),
    "ck_users_email_form": Rule("email", "this is no e-mail address", "Write it as name@example.org"),
    "ck_deals_dated": Rule(
        "release_date", "the deal has no date", "Give the day it was signed or the release date"
    ),
    "ck_deals_outcome_public_if_deal_is": Rule(
        "outcome_public",
        "the outcome of a private deal cannot be public",
        "Make the deal public, or keep both private",
    ),
    "ck_distributor_profiles_budget_order": Rule(
        "budget_min_usd", "the smallest budget is above the largest", "Exchange the two"
    ),
    "ck_rights_grants_licensee_if_sold": Rule(
        "licensee_id",
        "sold rights name their buyer, held rights have none",
        "Give the buyer's company, or remove it",
    ),
    "ck_rights_grants_deal_if_sold": Rule("deal_id", "only sold rights belong to a deal", "Remove the deal"),
    "ck_rights_grants_languages_tags": Rule(
        "languages",
        "a language is not a tag of RFC 5646",
        "Write tags such as fr, pt-BR or zh-Hant; none means all",
    ),
    "ex_event_slots_apart": Rule(
        "starts_at", "two slots of the event overlap", "Move or remove one of the two"
    ),
    "seller_meets_buyer": Rule("", "", "Name one of each side"),
    "participants_keep_side": Rule("side", "", "Add a participant of the other side"),
    "published_stays": Rule("", "", "Change a draft, and publish that"),
    "ck_events_days_order": Rule(
        "ends_on", "the event does not end within 100 days of its first day", "Correct one of the two days"
    ),
    "ck_event_slots_times_order": Rule(
        "ends_at", "the slot does not end after its start", "Correct one of the times"
    ),
    "ck_event_participants_meetings_order": Rule(
        "min_meetings", "the minimum is above the most meetings", "Lower the minimum or raise max_meetings"
    ),
    "ck_event_responses_slot_if_proposed": Rule(
        "proposed_slot",
        "a proposal names another slot, and nothing else does",
        "Give the slot, or leave it out",
    ),
    "uq_event_participants_event_pk_participant_id": Rule(
        "participant_id", "another participant of the event has this id", "Use another id"
    ),
    "uq_event_slots_event_pk_slot_id": Rule(
        "slot_id", "another slot of the event has this id", "Use another id"
    ),
    "uq_event_tables_event_pk_table_id": Rule(
        "table_id", "another table of the event has this id", "Use another id"
    ),
    "uq_event_locks_seller_pk_buyer_pk": Rule("", "the two are locked already", "Unlock them first"),
    "uq_event_locks_slot_pk_seller_pk": Rule(
        "slot_id", "the seller is locked with somebody else in this slot", "Lock another slot"
    ),
    "uq_event_locks_buyer_pk_slot_pk": Rule(
        "slot_id", "the buyer is locked with somebody else in this slot", "Lock another slot"
    ),
    "uq_event_locks_table_pk_slot_pk": Rule(
        "table_id", "the table is locked for others in this slot", "Lock another table"
    ),
    "uq_schedule_meetings_schedule_pk_seller_pk_buyer_pk": Rule(
        "", "the two meet already", "Move that meeting"
    ),
    "uq_schedule_meetings_slot_pk_schedule_pk_seller_pk": Rule(
        "slot_id",
        "the seller meets somebody else in this slot",
        "Choose another slot, or cancel that meeting",
    ),
    "uq_schedule_meetings_buyer_pk_schedule_pk_slot_pk": Rule(
        "slot_id", "the buyer meets somebody else in this slot", "Choose another slot, or cancel that meeting"
    ),
    "uq_schedule_meetings_table_pk_schedule_pk_slot_pk": Rule(
        "table_id", "others sit at this table in this slot", "Choose another table"
    ),
    "uq_schedules_published": Rule(
        "", "another schedule was published meanwhile", "Look at it, and publish again"
    ),
    "uq_schedules_event_pk_number": Rule(
        "", "another schedule was made meanwhile", "Read the list, and try again"
    ),
    "ck_merge_proposals_two_things": Rule("other_id", "both are the same", "Name two"),
}
"""Rules that need words of their own; the rest are told by how their names end. An empty message: the trigger's."""

_RIGHTS: Final = frozenset(
    (
        "ex_rights_grants_sold",
        "ex_rights_grants_held",
        "rights_inside_held",
        "deals_inside_held",
        "rights_fit_their_deal",
        "sold_beside_deals",
        "deals_beside_sold",
        "sold_within_its_deal",
    )
)

_ENDINGS: Final = (
    ("_with_currency", "an amount and its currency go together", "Give both or neither"),
    ("_not_negative", "it is below zero or no number", "Give zero or more, or leave it empty where unknown"),
    ("_iso4217", "this is no currency", "Use three capital letters, such as EUR"),
    ("_iso3166", "this is no territory", "Use two capital letters, such as FR"),
    ("_known", "it holds a word that is not in the list", "Use one of the documented values"),
    ("_length", "it is empty or too long", "Shorten it, or fill it in"),
    ("_form", "it is not written as such identifiers are", "Copy it from its registry"),
    ("_range", "it is out of range", "Correct it"),
    ("_share", "it is not between 0 and 1", "Write 25 % as 0.25"),
    ("_some", "it is empty", "Give at least one value, and an end that is not before the start"),
)

_UNAVAILABLE: Final = (
    (psycopg.errors.QueryCanceled, "the database took too long"),
    (psycopg.errors.LockNotAvailable, "somebody else is changing the same things"),
    (psycopg.errors.DeadlockDetected, "somebody else was changing the same things"),
    (psycopg.errors.SerializationFailure, "somebody else was changing the same things"),
    (psycopg.errors.DiskFull, "the database's disk is full"),
    (psycopg.errors.ReadOnlySqlTransaction, "the database takes no changes at the moment"),
    (psycopg.OperationalError, "the database cannot be reached"),
    (psycopg.InterfaceError, "the connection to the database was lost"),
)


def translated(error: BaseException) -> ServiceError | None:
    """What a person should be told about an error of psycopg; None where it is a defect of ours."""
    if isinstance(error, psycopg.IntegrityError):
        return _broken_rule(error)
    if isinstance(error, psycopg.errors.ProgramLimitExceeded):
        return Invalid.field("", "a value is too long to be stored", "Shorten the longest text or list")
    if isinstance(error, psycopg.DataError | UnicodeEncodeError):
        return Invalid.field(
            "", phrase("a value cannot be stored: {reason}", reason=_reason(error)), "Correct the value"
        )
    for kind, message in _UNAVAILABLE:
        if isinstance(error, kind):
            return Unavailable(message)
    return None


def _reason(error: psycopg.DataError | UnicodeEncodeError) -> str:
    if isinstance(error, UnicodeEncodeError):
        return phrase("half of a character that takes two")
    return error.diag.message_primary or str(error)


def _broken_rule(error: psycopg.IntegrityError) -> ServiceError | None:
    name = error.diag.constraint_name or ""
    rule = RULES.get(name)
    if isinstance(error, psycopg.errors.CheckViolation):
        return Invalid.field(*(rule or _rule_by_ending(_inner_name(error))))
    if rule:
        message = rule.message or error.diag.message_primary or ""
        if name not in _RIGHTS:
            return Conflict(message, rule.remedy, field=rule.field, constraint=name)
        # The triggers' detail is the id; an exclusion's would be its key.
        other = "" if name.startswith("ex_") else error.diag.message_detail or ""
        return RightsConflict(message, rule.remedy, field=rule.field, constraint=name, in_the_way=other)
    if isinstance(error, psycopg.errors.UniqueViolation):
        field = _inner_name(error)
        remedy = "Use another one, or leave it out to get a new one"
        return Conflict(phrase("this {field} is taken", field=field), remedy, field=field, constraint=name)
    if isinstance(error, psycopg.errors.ForeignKeyViolation):
        return _lost_reference(error, name)
    return None


def _rule_by_ending(inner: str) -> Rule:
    for ending, message, remedy in _ENDINGS:
        if inner.endswith(ending):
            return Rule(inner.removesuffix(ending), message, remedy)
    return Rule(inner, "it breaks a rule", "Correct it")


def _lost_reference(error: psycopg.IntegrityError, name: str) -> Conflict:
    if (error.diag.message_primary or "").startswith("insert"):
        field = _inner_name(error).removesuffix("_pk")
        return Conflict(
            phrase("the {field} is gone", field=field),
            "Read the lists again",
            field=f"{field}_id",
            constraint=name,
        )
    users = (error.diag.table_name or "other rows").replace("_", " ")
    return Conflict(
        phrase("it is still used by {users}", users=users), "Remove or change those first", constraint=name
    )


def _inner_name(error: psycopg.IntegrityError) -> str:
    """What a constraint's name says after its kind and table: ck_films_year_range -> year_range."""
    name = error.diag.constraint_name or ""
    return name.partition("_")[2].removeprefix(f"{error.diag.table_name}_")
