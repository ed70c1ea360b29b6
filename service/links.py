"""Addresses of pages that people are handed outside of a browser."""

from __future__ import annotations

from urllib.parse import quote

from service.settings import Settings

__all__ = ["invitation_link", "join_link"]


def invitation_link(settings: Settings, invitation: str) -> str:
    """Where a person sets the first password. The invitation stands after the #, so that it is in no log."""
    return _link(settings, "welcome", invitation)


def join_link(settings: Settings, invitation: str) -> str:
    """Where a person accepts an invitation into a company."""
    return _link(settings, "join", invitation)


def _link(settings: Settings, place: str, invitation: str) -> str:
    return f"{settings.public_url.rstrip('/')}/{place}#{quote(invitation)}"
