"""Every error a caller of the service can cause or must handle, as one tree.

ServiceError
├── Invalid             the request is understood but wrong; `problems` name each field and its remedy
├── Unauthenticated     nobody is signed in, or the credentials are wrong
├── Forbidden           signed in, but not allowed
├── NotFound            no such thing, or none that this actor may see
├── Conflict            it contradicts what is stored
│   └── RightsConflict  it contradicts rights that are held or sold
├── PreconditionFailed  somebody changed it since it was read (ETag, version)
├── TooLarge            the upload or the body exceeds a limit
├── TooManyRequests     slow down; `retry_after_s` says for how long
├── Unavailable         a part we depend on is away; `retry_after_s` says when to try again
└── Misconfigured       this installation cannot work as it is set up; told at the start, never by a request

The HTTP status of each is decided once, in api/problems.py. A message says what is wrong, where, and what to
do next, and holds no secret.
"""

# The names are those of the conditions, which read better than NotFoundError in a signature.
# ruff: noqa: N818

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recommender.errors import quoted
from service.phrases import phrase, tidy

__all__ = [
    "Conflict",
    "FieldProblem",
    "Forbidden",
    "Invalid",
    "Misconfigured",
    "NotFound",
    "PreconditionFailed",
    "RightsConflict",
    "ServiceError",
    "TooLarge",
    "TooManyRequests",
    "Unauthenticated",
    "Unavailable",
]


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field and what to do; `field` is "" where the whole request is meant."""

    field: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{f'{self.field}: ' if self.field else ''}{self.message}. {self.remedy}."


class ServiceError(Exception):
    """Base of all errors that a caller can put right or wait out; anything else is a defect.

    message: one sentence, without the remedy. remedy: what to do next.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        self.message = tidy(message)
        self.remedy = tidy(remedy)
        super().__init__(self.whole if self.whole.endswith("?") else f"{self.whole}.")

    @property
    def whole(self) -> str:
        """Message and remedy as one text, without its full stop."""
        if not self.remedy:
            return self.message
        return phrase("{message}. {remedy}", message=phrase(self.message), remedy=phrase(self.remedy))


class Invalid(ServiceError):
    """The request is wrong; `problems` holds each reason, at least one."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        self.problems: tuple[FieldProblem, ...] = tuple(problems)
        if not self.problems:
            raise ValueError("Invalid needs at least one problem")
        rest = len(self.problems) - 1
        first = self.problems[0]
        message, remedy = phrase(first.message), phrase(first.remedy)
        super().__init__(
            phrase("{field}: {message}", field=first.field, message=message) if first.field else message,
            phrase("{remedy} ({count} more)", remedy=remedy, count=rest) if rest else remedy,
        )

    @classmethod
    def field(cls, field: str, message: str, remedy: str) -> Invalid:
        """One problem of one field."""
        return cls([FieldProblem(field, message, remedy)])


class Unauthenticated(ServiceError):
    """Nobody is signed in, or the credentials are wrong."""


class Forbidden(ServiceError):
    """Signed in, but not allowed."""


class NotFound(ServiceError):
    """No `noun` (film, company, ...) has the id `value`, or none that this actor may see."""

    def __init__(self, noun: str, value: str, remedy: str = "") -> None:
        self.noun = noun
        self.value = value
        super().__init__(
            phrase("no {noun} has the id {id}", noun=phrase(noun), id=quoted(value)),
            remedy or phrase("Look it up in the list of {noun}s", noun=phrase(noun)),
        )


class Conflict(ServiceError):
    """It contradicts what is stored.

    field: the field to change, "" where none is meant. constraint: name of the database's rule, "" where the
    service noticed by itself.
    """

    def __init__(self, message: str, remedy: str, *, field: str = "", constraint: str = "") -> None:
        self.field = field
        self.constraint = constraint
        super().__init__(message, remedy)


class RightsConflict(Conflict):
    """It contradicts rights that are held or sold.

    in_the_way: id of the grant or the deal that it contradicts, "" where the actor may not know it.
    """

    def __init__(
        self, message: str, remedy: str, *, field: str = "", constraint: str = "", in_the_way: str = ""
    ) -> None:
        self.in_the_way = in_the_way
        super().__init__(message, remedy, field=field, constraint=constraint)


class PreconditionFailed(ServiceError):
    """Somebody changed it since it was read."""

    def __init__(self, noun: str, value: str) -> None:
        super().__init__(
            phrase("the {noun} {id} was changed since you read it", noun=phrase(noun), id=quoted(value)),
            "Read it again, look at what changed, and repeat the change with the new version",
        )


class TooLarge(ServiceError):
    """The upload or the body exceeds a limit."""


class TooManyRequests(ServiceError):
    """Slow down for `retry_after_s` seconds."""

    def __init__(self, message: str, retry_after_s: float) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(message, phrase("Try again in {seconds:.0f} seconds", seconds=retry_after_s))


class Unavailable(ServiceError):
    """A part the service depends on is away; try again in `retry_after_s` seconds."""

    def __init__(self, message: str, retry_after_s: float = 2.0) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(message, phrase("Try again in {seconds:.0f} seconds", seconds=retry_after_s))


class Misconfigured(ServiceError):
    """This installation cannot work as it is set up."""
