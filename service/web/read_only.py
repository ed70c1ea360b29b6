"""Pages for who may look and not change: what their forms hold is read, and cannot be sent."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["read_only"]

# What people wrote is escaped, so that tags are those of the templates; forms do not nest.
_FORM: Final = re.compile(r'<form method="post" action="(?!/sign-out")[^>]*>.*?</form>', re.DOTALL)
_CONTROL: Final = re.compile(r"<(button|input|select|textarea)(?=[\s>])")


def read_only(page: str) -> str:
    """The page with everything disabled in forms that would change something, and nothing that sends them unasked."""
    return _FORM.sub(lambda form: _CONTROL.sub(r"<\1 disabled", form[0]), page)
