"""What a sales agent works with.

films.py        my films: the list, adding, changing, deleting one
film.py         one film: avails, rights, deals, what buyers answered
rights.py       rights recorded, changed, confirmed, deleted (clashes.py says which other right is in the way)
deals.py        deals recorded, their outcomes and terms (deal_fields.py reads their forms)
imports.py      spreadsheets: mapping, dry run, applying (uploads.py takes the file)
matches.py      who should see a film: map, list, reasons
what_ifs.py     distributors side by side, and what would change if the film did
board.py        the follow-up of all films
"""

from __future__ import annotations

from types import ModuleType
from typing import Final

from service.web.pages.agent import board, deals, film, films, imports, matches, rights, uploads, what_ifs

__all__ = ["PAGES", "UPLOADS"]

PAGES: Final[tuple[ModuleType, ...]] = (films, film, rights, deals, matches, what_ifs, board, imports)
UPLOADS: Final[tuple[ModuleType, ...]] = (uploads,)
"""Those whose forms send files."""
