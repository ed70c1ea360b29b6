"""What the pages give a person as a file says things as the pages do."""

from __future__ import annotations

from functools import partial

from service.usecases.exporting.wording import Wording
from service.web.reader import Reader
from service.web.reasons import worded
from service.web.talks import talk_in_words
from service.web.words import label

__all__ = ["wording_of"]


def wording_of(reader: Reader) -> Wording:
    """In the reader's language and formats, with names in place of codes."""
    return Wording(
        say=reader.say,
        day=reader.day,
        weekday=reader.weekday,
        clock=reader.clock,
        label=partial(label, reader),
        territory=reader.territory,
        talk=partial(talk_in_words, reader),
        reason=lambda reason, mine: worded(reader, reason, mine=mine),
    )
