"""A small event folder with known answers, as texts for a test to change before they are written."""

from __future__ import annotations

from pathlib import Path

from recommender.market.problems import Problem
from recommender.meetings.checks import check_event
from recommender.meetings.files import read_event_tables

SMALL = {
    "participants": """participant_id,side,name,company_id,max_meetings,min_meetings,max_per_day
s1,seller,Alba Sales,alba,,1,
s2,seller,Grim Reels,grim,3,,2
b1,buyer,Lumen,fr-lumen,2,1,
b2,buyer,Comet,fr-comet,,,
b3,buyer,Harbor,us-harbor,2,,1
""",
    "slots": """slot_id,day,starts_at,ends_at
d1a,2026-05-14,2026-05-14T09:00:00+02:00,2026-05-14T09:30:00+02:00
d1b,2026-05-14,2026-05-14T09:30:00+02:00,2026-05-14T10:00:00+02:00
d2a,2026-05-15,2026-05-15T09:00:00+02:00,2026-05-15T09:30:00+02:00
""",
    "tables": """table_id,reserved_for
t1,
t2,alba
""",
    "absences": """participant_id,slot_id
b1,d1a
b3,d2a
""",
    "wishes": """participant_id,other_id,wish
s1,b1,must
b2,s1,want
b3,s2,no_go
s2,b2,met_before
""",
    "locks": """seller_id,buyer_id,slot_id,table_id
s2,b2,d2a,t1
""",
    "values": """seller_id,buyer_id,value,value_seller,value_buyer
s1,b1,0.5,0.4,0.7
s1,b2,2,,
s2,b2,1.25,1,1.5
s2,b3,3,3,3
""",
    "lineups": """seller_id,film_id
s1,f02
s1,f01
s2,f07
""",
}
"""Two sellers, three buyers, three slots on two days; nothing is wrong with it."""


def write_event(folder: Path, changes: dict[str, str | None] | None = None) -> Path:
    """Write SMALL with some tables replaced, or left out where they are None."""
    folder.mkdir(exist_ok=True)
    for name, text in {**SMALL, **(changes or {})}.items():
        if text is not None:
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def with_row(name: str, *rows: str) -> dict[str, str | None]:
    """A change that appends rows to a table of SMALL."""
    return {name: SMALL[name] + "".join(f"{row}\n" for row in rows)}


def with_cell(name: str, old: str, new: str) -> dict[str, str | None]:
    """A change that replaces the one place of a text in a table of SMALL."""
    assert SMALL[name].count(old) == 1
    return {name: SMALL[name].replace(old, new)}


def problems_of(folder: Path, changes: dict[str, str | None] | None = None) -> tuple[Problem, ...]:
    """What is wrong with SMALL after changes."""
    return check_event(read_event_tables(write_event(folder, changes)))
