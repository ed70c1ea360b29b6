"""Events of market organisers. Each function opens one unit of work, checks permission, decides, commits.

setup      events themselves
places     slots and tables
people     participants, absences, line-ups, who drops out or arrives late
wishes     wishes and locks
importing  the tables of an event as files (frames, cells, lists, listed_people, merging: how they
           are read and written)
filling    participants from the service's own companies and films
planning   the plan as a job; valuing: what meetings are worth; contradictions: what cannot all hold
schedules  versions: published, compared, rolled back
proof      for how long the bound of a plan holds
editing    a meeting added, moved, swapped, cancelled by hand, with the conflicts before it happens
byhand     the meetings of a version that can still be held, and those that cannot
targets    where a meeting could go, and what each place would break
asking     why two do not meet, stand-bys for a free slot
agendas    what a participant sees, and answers
talking    why the films of a meeting are worth talking about
outcomes   who came, and what came of it; outcome_feedback: what that says to the matcher, and takes back
exporting  workbook, agendas, badges, CSV and JSON; planned_tables: an event's tables as the planner reads them
sample     the invented event of the sample market

access: who may; core: the event as the planner takes it; soundness: whether what is stored fits together.
"""
