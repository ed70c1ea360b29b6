"""The pages of a distributor.

mine.py         which of one's profiles is looked at
slate.py        films for me, and the page of one
filters.py      what the list is filtered by, kept in the address and remembered
decisions.py    pass, shortlist, ask for a meeting, take back; the lists of both
taste.py        my catalogue as a map, and in shares
brief.py        my brief, and what another one would change
believes.py     what the system believes about me, and how to correct it
"""

from __future__ import annotations

from types import ModuleType
from typing import Final

from service.web.pages.distributor import believes, brief, decisions, slate, taste

__all__ = ["PAGES"]

PAGES: Final[tuple[ModuleType, ...]] = (slate, decisions, taste, brief, believes)
