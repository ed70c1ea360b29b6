"""The pages on a real database, asked as a browser without scripts asks."""

from __future__ import annotations

from tests.service.api.conftest import api_settings, app, web, world

__all__ = ["api_settings", "app", "web", "world"]
