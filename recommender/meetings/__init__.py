"""Meeting lists: who meets whom at a market, when and where.

domain       an event that goes in, a plan that comes out
files        an event folder <-> an event; a plan -> its files (columns, cells, checks, rules: what may be in it)
value        what a meeting is worth to each side and to both; talk: which films to talk about, and why
planner      plan: an event -> a plan
             problem, places, worth: an event in index form; network, allocate: who meets whom
             arrange, timetable, spread, repair, improve, settle, compact, seating: when and where
             bound: what no plan can exceed; replan: few changes after publication; clock: the time it may take
infeasible   which musts, locks and limits cannot all hold (rows: the parts that can be left out)
why          why two do not meet (agenda, room: who is free when, and at what cost)
figures      evenness, gaps, wishes kept: the figures of a report
"""
