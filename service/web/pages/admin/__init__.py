"""Pages for administrators: what runs, what is in force, who may come in, and what was done."""

from __future__ import annotations

from types import ModuleType
from typing import Final

from service.web.pages.admin import bundles, companies, imports, jobs, keys, merges, overview, trail, users

__all__ = ["PAGES", "UPLOADS"]

PAGES: Final[tuple[ModuleType, ...]] = (overview, jobs, bundles, users, companies, merges, trail, keys)
UPLOADS: Final[tuple[ModuleType, ...]] = (imports,)
"""Those whose forms send files."""
