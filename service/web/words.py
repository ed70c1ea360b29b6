"""The closed vocabularies in the words of the trade, and what a probability means."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from service.domain.avails import AvailStatus
from service.domain.words import (
    Answer,
    Attendance,
    BundleState,
    CompanyKind,
    Direction,
    EventStatus,
    FeedbackKind,
    GrantStatus,
    ImportKind,
    ImportState,
    Interest,
    JobState,
    MediaRight,
    MergeState,
    PassReason,
    PromotionKind,
    RequestState,
    Role,
    ScheduleState,
    Scope,
    Stage,
)
from service.usecases.beliefs import Knowledge
from service.usecases.importing.items import Effect
from service.web.marking import _
from service.web.reader import Reader

__all__ = ["FIELDS", "GROUPS", "LABELS", "chance", "field_name", "group_name", "label", "reason_text"]


_LABELS: Final[tuple[tuple[StrEnum, str], ...]] = (
    (CompanyKind.SALES_AGENT, _("Sales agent")),
    (CompanyKind.DISTRIBUTOR, _("Distributor")),
    (CompanyKind.ORGANISER, _("Market organiser")),
    (Role.OWNER, _("Owner")),
    (Role.MEMBER, _("Member")),
    (Role.VIEWER, _("Viewer")),
    (Scope.READ, _("Read")),
    (Scope.WRITE, _("Write")),
    (Scope.MATCH, _("Match")),
    (Scope.IMPORT, _("Import")),
    (Scope.EXPORT, _("Export")),
    (Scope.ADMIN, _("Administrate")),
    (Stage.DEVELOPMENT, _("In development")),
    (Stage.PRE_PRODUCTION, _("In pre-production")),
    (Stage.PRODUCTION, _("In production")),
    (Stage.POST_PRODUCTION, _("In post-production")),
    (Stage.COMPLETED, _("Completed")),
    (MediaRight.THEATRICAL, _("Theatrical")),
    (MediaRight.NON_THEATRICAL, _("Non-theatrical")),
    (MediaRight.PUBLIC_VIDEO, _("Public video")),
    (MediaRight.AIRLINE, _("Airline")),
    (MediaRight.SHIP, _("Ship")),
    (MediaRight.HOTEL, _("Hotel")),
    (MediaRight.HOME_VIDEO, _("Home video")),
    (MediaRight.TVOD, _("TVOD")),
    (MediaRight.EST, _("EST")),
    (MediaRight.SVOD, _("SVOD")),
    (MediaRight.AVOD, _("AVOD")),
    (MediaRight.FAST, _("FAST")),
    (MediaRight.PAY_TV, _("Pay TV")),
    (MediaRight.FREE_TV, _("Free TV")),
    (Direction.HELD, _("Held")),
    (Direction.SOLD, _("Sold")),
    (GrantStatus.DRAFT, _("Draft")),
    (GrantStatus.PENDING, _("Pending")),
    (GrantStatus.ACTIVE, _("Active")),
    (GrantStatus.REJECTED, _("Rejected")),
    (GrantStatus.INACTIVE, _("Withdrawn")),
    (AvailStatus.AVAILABLE, _("Available")),
    (AvailStatus.PARTLY, _("Partly available")),
    (AvailStatus.SOLD, _("Sold")),
    (AvailStatus.HELD_BACK, _("Held back")),
    (AvailStatus.UNKNOWN, _("Unknown")),
    (AvailStatus.STALE, _("Not confirmed lately")),
    (FeedbackKind.SEEN, _("Seen")),
    (FeedbackKind.SHORTLISTED, _("Shortlisted")),
    (FeedbackKind.PASSED, _("Passed")),
    (FeedbackKind.MEETING_ASKED, _("Meeting asked for")),
    (FeedbackKind.MET, _("Met")),
    (FeedbackKind.OFFER, _("Offer")),
    (FeedbackKind.SIGNED, _("Signed")),
    (FeedbackKind.UNDONE, _("Taken back")),
    (PassReason.NOT_OUR_KIND, _("Not the kind of film we release")),
    (PassReason.TOO_CLOSE, _("Too close to a film on our slate")),
    (PassReason.TOO_SMALL, _("Too small for us")),
    (PassReason.TOO_LARGE, _("Too large for us")),
    (PassReason.NO_AUDIENCE, _("We see no audience for it here")),
    (PassReason.PRICE, _("Too expensive")),
    (PassReason.SLATE_FULL, _("Our slate is full")),
    (PassReason.NOT_CONVINCED, _("The film did not convince us")),
    (PassReason.DECLINED_BEFORE, _("We declined it before")),
    (PassReason.OTHER, _("Another reason")),
    (JobState.QUEUED, _("Waiting")),
    (JobState.RUNNING, _("Running")),
    (JobState.SUCCEEDED, _("Done")),
    (JobState.FAILED, _("Failed")),
    (JobState.CANCELLED, _("Cancelled")),
    (BundleState.READY, _("Ready")),
    (BundleState.REFUSED, _("Refused: worse than the one in force")),
    (BundleState.WITHDRAWN, _("Gone")),
    (PromotionKind.PROMOTE, _("Promoted")),
    (PromotionKind.ROLLBACK, _("Rolled back")),
    (ImportKind.FILMS, _("Films")),
    (ImportKind.DISTRIBUTORS, _("Distributors")),
    (ImportKind.DEALS, _("Deals")),
    (ImportKind.RIGHTS, _("Rights")),
    (ImportState.QUEUED, _("Waiting")),
    (ImportState.RUNNING, _("Running")),
    (ImportState.CHECKED, _("Checked, nothing written yet")),
    (ImportState.APPLIED, _("Applied")),
    (ImportState.FAILED, _("Failed")),
    (ImportState.CANCELLED, _("Cancelled")),
    (Effect.ADDED, _("Added")),
    (Effect.CHANGED, _("Changed")),
    (Effect.UNCHANGED, _("Unchanged")),
    (EventStatus.PLANNING, _("Being planned")),
    (EventStatus.PUBLISHED, _("Published")),
    (EventStatus.CLOSED, _("Closed")),
    (ScheduleState.DRAFT, _("Draft")),
    (ScheduleState.PUBLISHED, _("Published")),
    (ScheduleState.REPLACED, _("Replaced")),
    (Answer.ACCEPTED, _("Accepted")),
    (Answer.DECLINED, _("Declined")),
    (Answer.PROPOSED, _("Another time proposed")),
    (RequestState.OPEN, _("Not answered yet")),
    (RequestState.ACCEPTED, _("Accepted")),
    (RequestState.DECLINED, _("Declined")),
    (RequestState.WITHDRAWN, _("Taken back")),
    (Attendance.HELD, _("The meeting was held")),
    (Attendance.SELLER_MISSING, _("The seller did not come")),
    (Attendance.BUYER_MISSING, _("The buyer did not come")),
    (Attendance.BOTH_MISSING, _("Nobody came")),
    (Interest.NONE, _("Nothing yet")),
    (Interest.FOLLOW_UP, _("Worth following up")),
    (Interest.OFFER, _("An offer")),
    (Interest.SIGNED, _("Signed")),
    (Knowledge.LEARNT, _("Learnt from")),
    (Knowledge.TAKEN_UP, _("Known; learnt from at the next training")),
    (Knowledge.WAITING, _("Being taken up")),
    (MergeState.PROPOSED, _("Proposed")),
    (MergeState.MERGED, _("Merged")),
    (MergeState.DIFFERENT, _("Different")),
)

# Members of two vocabularies with the same value are equal, so that the type belongs to the key.
LABELS: Final = {(type(word), word.value): text for word, text in _LABELS}
"""Every word of the closed vocabularies that people see, by vocabulary and value."""


FIELDS: Final = {
    "admissions": _("Admissions"),
    "agent_id": _("Seller"),
    "budget_usd": _("Budget in US dollars"),
    "cast": _("Cast"),
    "confirmed_on": _("Confirmed on"),
    "countries": _("Countries"),
    "direction": _("Held or sold"),
    "directors": _("Directors"),
    "distributor_id": _("Distributor"),
    "eidr": "EIDR",
    "ends_on": _("Until"),
    "exclusive": _("Exclusive"),
    "festivals": _("Festivals"),
    "film_id": _("Film"),
    "genres": _("Genres"),
    "gross": _("Gross"),
    "holdback_until": _("Held back until"),
    "imdb_id": "IMDb",
    "is_public": _("May be told"),
    "isan": "ISAN",
    "languages": _("Languages"),
    "licensee": _("Buyer"),
    "logline": _("Logline"),
    "media_right": _("Media right"),
    "media_rights": _("Media rights"),
    "note": _("Note"),
    "original_title": _("Original title"),
    "outcome_public": _("Results may be told"),
    "owner_id": _("Company"),
    "production_companies": _("Production companies"),
    "release_date": _("Release date"),
    "sales_agent": _("Sales agent"),
    "screens": _("Screens"),
    "signed_on": _("Signed on"),
    "stage": _("Stage"),
    "starts_on": _("From"),
    "status": _("Status"),
    "synopsis": _("Synopsis"),
    "synopsis_language": _("Language of the synopsis"),
    "territories": _("Territories"),
    "territory": _("Territory"),
    "title": _("Title"),
    "tmdb_id": "TMDB",
    "window": _("Window"),
    "year": _("Year"),
}
"""What fields are called on pages."""


GROUPS: Final = {
    "likeness": _("Likeness to its releases"),
    "genres": _("Genres"),
    "countries": _("Countries"),
    "languages": _("Languages"),
    "film's age": _("Age of the film"),
    "people": _("Director and cast"),
    "companies": _("Production companies"),
    "own production": _("Own production"),
    "sales agent": _("Sales agent"),
    "activity": _("Activity"),
    "size": _("Size of its releases"),
    "success": _("Success with films like it"),
    "pattern": _("Pattern of past deals"),
    "elsewhere": _("Other territories"),
}
"""What reasons are grouped by, as the recommender calls it."""


def group_name(reader: Reader, name: str) -> str:
    """A group of reasons as people read it."""
    return reader.say(GROUPS[name]) if name in GROUPS else name


def field_name(reader: Reader, name: str) -> str:
    """A field of films, rights and deals as people read it; others with spaces in their names."""
    known = FIELDS.get(name)
    return reader.say(known) if known else name.replace("_", " ").capitalize()


def label(reader: Reader, word: StrEnum) -> str:
    """A word of a closed vocabulary as people read it."""
    return reader.say(LABELS[type(word), word.value])


def reason_text(reader: Reader, reason: str) -> str:
    """Why a distributor passed: one of PassReason in the words of the trade, or what a program wrote."""
    known = LABELS.get((PassReason, reason))
    return reader.say(known) if known else reason


def chance(reader: Reader, probability: float) -> str:
    """What a probability means, such as "about 1 in 4"; frequencies are read more rightly than percentages.

    Source: Gigerenzer and Hoffrage 1995, How to improve Bayesian reasoning without instruction.
    """
    if probability >= 0.975:
        return reader.say("nearly certain")
    if probability >= 0.925:
        return reader.say("about 19 in 20")
    if probability > 0.36:
        return reader.say("about %(times)s in 10", times=reader.number(round(10 * probability)))
    if probability < 0.001:
        return reader.say("less than 1 in %(of)s", of=reader.number(1000))
    return reader.say("about 1 in %(of)s", of=reader.number(_rounded(1 / probability)))


def _rounded(times: float) -> int:
    """Two significant digits are more than the figures can bear beyond 20."""
    if times < 20:
        return round(times)
    step = 5 if times < 100 else 50
    return round(times / step) * step
