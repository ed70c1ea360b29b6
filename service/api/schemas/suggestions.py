"""Looks at suggestions as the API gives them."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

__all__ = ["LookOut"]


class LookOut(BaseModel):
    """When you looked; what comes on offer later is new."""

    looked_at: datetime
