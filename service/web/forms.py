"""What a form sent, checked by the same schemas as the API's bodies, and kept to be shown again when refused."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final, TypeVar
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, QueryParams, UploadFile

from service.errors import Conflict, FieldProblem, Invalid
from service.security import csrf
from service.web.wrong import wrong_fields

__all__ = ["Form", "FormDep", "differences", "empty_form", "in_one_line"]

Schema = TypeVar("Schema", bound=BaseModel)

_BETWEEN: Final = re.compile(r"[;\n]")
_TO_THE_LETTER: Final = "password"
"""Fields whose name ends so are taken as they were typed, with what stands around it."""


class Form:
    """The fields of a form. problems: by field, after `refused`; "" holds what concerns no field."""

    def __init__(self, sent: FormData | None = None, values: Mapping[str, Any] | None = None) -> None:
        self._sent = sent or FormData()
        self._values = dict(values or {})
        self.problems: dict[str, FieldProblem] = {}

    @classmethod
    def of_query(cls, sent: QueryParams, values: Mapping[str, Any] | None = None) -> Form:
        """The fields of a form that was sent with GET: filters that live in the address; values: of those left out."""
        return cls(FormData([(name, value) for name, value in sent.multi_items()]), values)

    def text(self, name: str) -> str:
        """A field as it was typed, or the value it begins with; "" where it was left empty."""
        given = self._sent.get(name)
        if isinstance(given, str):
            # Browsers send line breaks as CR LF.
            typed = given.replace("\r\n", "\n")
            return typed if name.endswith(_TO_THE_LETTER) else typed.strip()
        value = self._values.get(name)
        if value is None:
            return ""
        return in_one_line(value) if isinstance(value, list | tuple) else str(value)

    def typed_twice(self, name: str) -> str:
        """A new password, where `again` holds the same. Raises Invalid."""
        given = self.text(name)
        if given != self.text("again"):
            raise Invalid.field("again", "the two passwords differ", "Type it again")
        return given

    def texts(self, name: str) -> list[str]:
        """All boxes ticked, or the parts of a text between semicolons or line breaks; without any, between commas."""
        given = self.column(name)
        if not given and not self._sent:
            given = list(map(str, self._values.get(name) or ()))
        elif len(given) == 1:
            (typed,) = given
            given = _BETWEEN.split(typed) if _BETWEEN.search(typed) else typed.split(",")
        parts = map(str.strip, given)
        return list(dict.fromkeys(part for part in parts if part))

    def column(self, name: str) -> list[str]:
        """A field that is there many times, in the order of the page, also where it was left empty."""
        return [value for value in self._sent.getlist(name) if isinstance(value, str)]

    def version(self) -> int:
        """Of what the form was filled from; 0, which nothing has, where the field is missing or no number."""
        text = self.text("version")
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    def moment(self, name: str, zone: ZoneInfo) -> datetime | None:
        """A day with its time on the clock of `zone`, as browsers send it; None where it was left empty."""
        text = self.text(name)
        if not text:
            return None
        try:
            return datetime.fromisoformat(text).replace(tzinfo=zone)
        except ValueError:
            message, remedy = "this is no time", "Write it such as 2026-05-14T11:00"
            raise Invalid.field(name, message, remedy) from None

    def file(self, name: str) -> UploadFile | None:
        """An uploaded file; None where none was chosen."""
        given = self._sent.get(name)
        return given if isinstance(given, UploadFile) and given.filename else None

    def has(self, name: str) -> bool:
        """Whether a box is ticked or a button was pressed."""
        return bool(self.text(name))

    def read(self, schema: type[Schema], *, lists: tuple[str, ...] = (), blank: bool = False) -> Schema:
        """The fields as a body of the API; raises Invalid that names each wrong field.

        lists: fields of several values. blank: send empty fields too, as an update must to clear them.
        """
        names = [name for name in schema.model_fields if name in self._sent or name in lists]
        given: dict[str, Any] = {
            name: self.texts(name) if name in lists else self.text(name) for name in names
        }
        if blank:
            given = {
                name: None if value == "" and _takes_none(schema, name) else value
                for name, value in given.items()
            }
        else:
            given = {name: value for name, value in given.items() if value}
        try:
            return schema.model_validate(given)
        except ValidationError as error:
            raise Invalid(wrong_fields(error.errors())) from None

    def refused(self, error: Invalid | Conflict) -> Form:
        """This form with what is wrong with it, to be shown again."""
        if isinstance(error, Invalid):
            found = list(error.problems)
        else:
            found = [FieldProblem(error.field, error.message, error.remedy)]
        for problem in found:
            self.problems.setdefault(problem.field.partition(".")[0], problem)
        return self


def in_one_line(values: Iterable[object]) -> str:
    """Several values as a text that `Form.texts` takes apart again: "Miramax Films, Inc." is one, and stays one."""
    parts = list(map(str, values))
    if not any("," in part for part in parts):
        return ", ".join(parts)
    return f"{parts[0]};" if len(parts) == 1 else "; ".join(parts)


def differences(form: Form, theirs: Mapping[str, Any], names: Iterable[str]) -> list[tuple[str, str]]:
    """What a form would write over: each field that was sent with another value than is stored now, and that one."""
    now = empty_form(theirs)
    return [
        (name, now.text(name))
        for name in names
        if form.column(name) and not _same(form.text(name), now.text(name))
    ]


def empty_form(values: Mapping[str, Any] | None = None) -> Form:
    """A form that nobody has sent yet, with what its fields begin with."""
    return Form(values=values)


def _same(one: str, other: str) -> bool:
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return one == other


def _takes_none(schema: type[BaseModel], name: str) -> bool:
    return type(None) in getattr(schema.model_fields[name].annotation, "__args__", ())


async def _form(request: Request) -> AsyncIterator[Form]:
    # Files are closed once the request is answered.
    async with request.form() as sent:
        yield Form(FormData([(name, value) for name, value in sent.multi_items() if name != csrf.FIELD]))


FormDep = Annotated[Form, Depends(_form)]
