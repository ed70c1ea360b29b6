"""The pages of a market organiser, and the agenda of those who attend.

desk           one request about one event: its address, its people and its words
lists          one page of a long list
forms          what the forms of an event hold
events         the events of an organiser, a new one, its facts
setup          what an event has and still needs
participants   who comes
choosing       companies, profiles and films by their names
people         one participant: limits, absences, line-up, dropping out
places         slots and tables
wishes         wishes and locks
history        what was between participants before the event
importing      the lists as files, tried first
filling        participants from the companies and films of the service
plan           the plan: asked for, followed, told in a sentence
figures        what a version is worth, as sentences and as a chart
schedule       the grid by slot and table
grid           the cells of the grid, and what would happen in each
changes        a meeting added, moved, swapped, cancelled, with its conflicts before it happens
agendas        the agendas of all
answers        what participants say of their published meetings
attendance     who came
files          schedule, agendas, signs for tables and lists as files
why_not        why two do not meet
versions       versions, differences, publishing, rolling back
incidents      a drop-out, a late arrival, a table gone: planned again
attending      the line-up and the wishes of who attends, before the meetings
own_agenda     the agenda of who attends
"""

from types import ModuleType
from typing import Final

from service.web.pages.organiser import (
    agendas,
    answers,
    attendance,
    attending,
    changes,
    choosing,
    events,
    files,
    filling,
    history,
    importing,
    incidents,
    own_agenda,
    participants,
    people,
    places,
    plan,
    schedule,
    setup,
    versions,
    why_not,
    wishes,
)

__all__ = ["PAGES", "UPLOADS"]

PAGES: Final[tuple[ModuleType, ...]] = (
    *(events, setup, participants, choosing, people, places, wishes, history, filling),
    *(
        plan,
        schedule,
        changes,
        agendas,
        answers,
        attendance,
        files,
        why_not,
        versions,
        incidents,
        attending,
        own_agenda,
    ),
)
UPLOADS: Final[tuple[ModuleType, ...]] = (importing,)
