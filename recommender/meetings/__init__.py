"""Meeting lists: who meets whom at a market, when and where.

domain       an event that goes in, a plan that comes out
files        an event folder <-> an event; a plan -> its files (columns, cells, checks, rules: what may be in it)
value        what a meeting is worth to each side and to both (history: what was before)
talk         which films to talk about, and why
planner      plan: an event -> a plan
             problem, places, worth: an event in index form; network, lending, prices, allocate: who meets whom
             arrange, timetable, spread, repair, improve, settle, exact, kinds, compact, seating: when and where
             bound: what no plan can exceed; replan, locked: what stays; clock: the time it may take
knob         what more evenness costs and gives, before it is planned
incidents    what happens after publication: a drop-out, a late arrival, a table less, a lock
byhand       changes by hand, and their conflicts before they happen (breaches: every rule in words)
standby      who could fill what became free
difference   from one schedule to the next
infeasible   which musts, locks and limits cannot all hold, and what would help (rows: the parts that can be left
             out; remedies)
why          why two do not meet (agenda, room: who is free when, and at what cost)
shortfalls   who has fewer meetings than wished for, and why
figures      evenness, gaps, wishes kept: the figures of a report
"""

from recommender.meetings.byhand import Add, Cancel, Move, Swap, change_conflicts, changed_schedule
from recommender.meetings.difference import Difference, difference
from recommender.meetings.domain import Event, Meeting, Plan
from recommender.meetings.planner import plan, replan
from recommender.meetings.standby import StandBy, stand_bys
from recommender.meetings.why import WhyNot

__all__ = [
    "Add",
    "Cancel",
    "Difference",
    "Event",
    "Meeting",
    "Move",
    "Plan",
    "StandBy",
    "Swap",
    "WhyNot",
    "change_conflicts",
    "changed_schedule",
    "difference",
    "plan",
    "replan",
    "stand_bys",
]
