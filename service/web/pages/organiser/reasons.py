"""Why two do not meet, in the reader's own words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from recommender.meetings.reasons import Block, Why
from service.web.marking import _, n_
from service.web.pages.organiser.desk import Desk

__all__ = ["KINDS", "balance_text", "fact_texts", "reason_text", "relax_text"]

KINDS: Final = {
    "no-go": _("No-go"),
    "absence": _("Never there together"),
    "limit": _("A limit is reached"),
    "no table": _("No table is free"),
    "fixed": _("Fixed meetings stand in the way"),
    "lower value": _("Other meetings are worth more"),
    "other aims": _("Evenness or fewer gaps came first"),
    "room": _("Nothing stands in the way"),
}
"""By kind, see recommender/meetings/why.py."""

_REACHED: Final = n_(
    "%(who)s has %(held)s meeting, which is the limit",
    "%(who)s has %(held)s meetings, which is the limit",
)
_REACHED_THAT_DAY: Final = n_(
    "%(who)s has %(held)s meeting that day, which is the limit of a day",
    "%(who)s has %(held)s meetings that day, which is the limit of a day",
)


def reason_text(desk: Desk, why: Why) -> str:
    """Why, without the full stop; the slot alone where `fact_texts` say what is in the way there."""
    say = desk.page.say
    if why.kind == "no-go":
        return say("%(who)s does not want it", who=desk.name(why.of))
    if why.kind == "absence":
        return say("There is no slot in which both are there")
    when = desk.slot_name(why.slot)
    if why.kind == "room":
        return say("Both and a table are free on %(when)s", when=when)
    return say("The best time would be %(when)s", when=when)


def fact_texts(desk: Desk, why: Why) -> list[str]:
    """What is in the way then, a fact each."""
    return [text for block in why.blocks for text in _facts(desk, block)]


def balance_text(desk: Desk, why: Why) -> str:
    """What the meeting is worth beside what is given up for it; "" where nothing can be."""
    if why.loss is None:
        return ""
    value, loss = desk.page.reader.cents(why.value), desk.page.reader.cents(why.loss)
    return desk.page.say("Worth %(value)s; given up for it: %(loss)s", value=value, loss=loss)


def relax_text(desk: Desk, why: Why) -> str:
    """What would have to give way, as the rest of a sentence without its full stop."""
    say = desk.page.say
    if why.kind == "no-go":
        return say("withdraw the no-go")
    if why.come:
        who, when = desk.name(why.come.who), desk.slot_name(why.come.slot)
        return say("end the absence of %(who)s on %(when)s", who=who, when=when)
    if why.kind == "absence":
        one, other = map(desk.name, why.pair)
        return say("bring %(one)s and %(other)s together in a slot", one=one, other=other)
    if why.kind == "room":
        return say("add it there")
    return desk.page.reader.listed([step for block in why.blocks for step in _steps(desk, block, why.slot)])


def _facts(desk: Desk, block: Block) -> Iterator[str]:
    say, reader = desk.page.say, desk.page.reader
    if block.kind == "limit":
        text = _REACHED if block.most_per_day is None else _REACHED_THAT_DAY
        held = reader.number(block.held)
        yield reader.say_many(*text, block.held, who=desk.name(block.who), held=held)
    if block.kind == "table":
        yield say("no table is left")
    if block.gives:
        who, partner = desk.name(block.gives.who), desk.name(block.gives.partner)
        if block.gives.fixed:
            yield say("%(who)s would give up %(partner)s, which is fixed", who=who, partner=partner)
        else:
            value = reader.cents(block.gives.value)
            given = {"who": who, "partner": partner, "value": value}
            yield say("%(who)s would give up %(partner)s (value %(value)s)", **given)


def _steps(desk: Desk, block: Block, slot: str) -> Iterator[str]:
    say, number, who = desk.page.say, desk.page.reader.number, desk.name(block.who)
    if block.kind == "busy" and block.gives:
        partner = desk.name(block.gives.partner)
        yield say("cancel the meeting of %(who)s with %(partner)s", who=who, partner=partner)
    if block.kind == "table":
        yield say("add a table on %(when)s", when=desk.slot_name(slot))
    if block.most:
        yield say("raise the limit of meetings of %(who)s to %(most)s", who=who, most=number(block.most))
    if block.most_per_day:
        most = number(block.most_per_day)
        yield say("raise the limit of meetings a day of %(who)s to %(most)s", who=who, most=most)
