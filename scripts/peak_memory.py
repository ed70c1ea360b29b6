"""The peak memory of this process, or of the largest of its children that ended."""

from __future__ import annotations

import resource
import sys

__all__ = ["peak_gb"]


def peak_gb(who: int = resource.RUSAGE_SELF) -> float:
    """In GB; who: as of `resource.getrusage`. macOS counts it in bytes, Linux in kibibytes."""
    return resource.getrusage(who).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e9
