"""The closed vocabularies. The database checks the same values."""

from __future__ import annotations

from enum import StrEnum

__all__ = [
    "Answer",
    "Attendance",
    "BundleState",
    "ChangeKind",
    "CompanyKind",
    "Direction",
    "EventStatus",
    "FeedbackKind",
    "GrantStatus",
    "ImportKind",
    "ImportState",
    "Interest",
    "JobState",
    "MediaRight",
    "MergeState",
    "PassReason",
    "PromotionKind",
    "RequestState",
    "Role",
    "RunKind",
    "ScheduleState",
    "Scope",
    "Stage",
]


class CompanyKind(StrEnum):
    """What a company does; it may do several."""

    SALES_AGENT = "sales_agent"
    DISTRIBUTOR = "distributor"
    ORGANISER = "organiser"


class Role(StrEnum):
    """What a member may do in a company: an owner also manages members and keys, a viewer only reads."""

    OWNER = "owner"
    MEMBER = "member"
    VIEWER = "viewer"


class Scope(StrEnum):
    """What an API key may do."""

    READ = "read"
    WRITE = "write"
    MATCH = "match"
    IMPORT = "import"
    EXPORT = "export"
    ADMIN = "admin"


class Stage(StrEnum):
    """How far a project is."""

    DEVELOPMENT = "development"
    PRE_PRODUCTION = "pre_production"
    PRODUCTION = "production"
    POST_PRODUCTION = "post_production"
    COMPLETED = "completed"


class MediaRight(StrEnum):
    """The core list of uses a film is sold for."""

    THEATRICAL = "theatrical"
    NON_THEATRICAL = "non_theatrical"
    PUBLIC_VIDEO = "public_video"
    AIRLINE = "airline"
    SHIP = "ship"
    HOTEL = "hotel"
    HOME_VIDEO = "home_video"
    TVOD = "tvod"
    EST = "est"
    SVOD = "svod"
    AVOD = "avod"
    FAST = "fast"
    PAY_TV = "pay_tv"
    FREE_TV = "free_tv"


class Direction(StrEnum):
    """Held by an agent from the producer, or sold by it to a distributor."""

    HELD = "held"
    SOLD = "sold"


class GrantStatus(StrEnum):
    """Only an active grant counts; an inactive one was withdrawn (an ended one stays active, its window ended)."""

    DRAFT = "draft"
    PENDING = "pending"
    ACTIVE = "active"
    REJECTED = "rejected"
    INACTIVE = "inactive"


class FeedbackKind(StrEnum):
    """What happened; `undone` takes an earlier event back."""

    SEEN = "seen"
    SHORTLISTED = "shortlisted"
    PASSED = "passed"
    MEETING_ASKED = "meeting_asked"
    MET = "met"
    OFFER = "offer"
    SIGNED = "signed"
    UNDONE = "undone"


class PassReason(StrEnum):
    """Why a distributor passes on a film; `other` needs words of its own."""

    NOT_OUR_KIND = "not_our_kind"
    TOO_CLOSE = "too_close"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    NO_AUDIENCE = "no_audience"
    PRICE = "price"
    SLATE_FULL = "slate_full"
    NOT_CONVINCED = "not_convinced"
    DECLINED_BEFORE = "declined_before"
    OTHER = "other"


class RunKind(StrEnum):
    """What a recorded run answered."""

    MATCH = "match"
    SUGGEST = "suggest"
    SIMILAR = "similar"
    BATCH = "batch"


class ChangeKind(StrEnum):
    """What a replica may have to reload."""

    FILM = "film"
    DISTRIBUTOR = "distributor"
    DEAL = "deal"


class JobState(StrEnum):
    """Where a job is. `queued` and `running` are open, the rest is final."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether it will not change any more."""
        return self not in (JobState.QUEUED, JobState.RUNNING)


class BundleState(StrEnum):
    """`ready` may be promoted; `refused` was worse than the bundle then in force; `withdrawn` is gone."""

    READY = "ready"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class PromotionKind(StrEnum):
    """How a bundle came into force."""

    PROMOTE = "promote"
    ROLLBACK = "rollback"


class ImportKind(StrEnum):
    """Which list a file holds."""

    FILMS = "films"
    DISTRIBUTORS = "distributors"
    DEALS = "deals"
    RIGHTS = "rights"


class ImportState(StrEnum):
    """Where an import is. `checked` is a finished dry run, `applied` changed the data."""

    QUEUED = "queued"
    RUNNING = "running"
    CHECKED = "checked"
    APPLIED = "applied"
    FAILED = "failed"
    CANCELLED = "cancelled"


class MergeState(StrEnum):
    """What became of a proposed merge; nothing is merged without a person."""

    PROPOSED = "proposed"
    MERGED = "merged"
    DIFFERENT = "different"


class EventStatus(StrEnum):
    """Participants see an event once a schedule of it is published; a closed one is not changed any more."""

    PLANNING = "planning"
    PUBLISHED = "published"
    CLOSED = "closed"


class ScheduleState(StrEnum):
    """One version of an event is published at most; the one before it is then replaced."""

    DRAFT = "draft"
    PUBLISHED = "published"
    REPLACED = "replaced"


class Answer(StrEnum):
    """What a participant answers to a published meeting; `proposed` asks for another slot."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    PROPOSED = "proposed"


class Attendance(StrEnum):
    """Who came to a meeting."""

    HELD = "held"
    SELLER_MISSING = "seller_missing"
    BUYER_MISSING = "buyer_missing"
    BOTH_MISSING = "both_missing"


class Interest(StrEnum):
    """What came of a meeting, as one side sees it."""

    NONE = "none"
    FOLLOW_UP = "follow_up"
    OFFER = "offer"
    SIGNED = "signed"


class RequestState(StrEnum):
    """How a request for a meeting stands; while it is open one of the two sides has to answer."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
