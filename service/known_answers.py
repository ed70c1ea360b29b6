"""Answers that were worked out before: the same question to the same matcher has the same answer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Final

import orjson

__all__ = ["KnownAnswers"]

SIZE: Final = 1_000
"""At 15 kB for ten matches with their reasons, 15 MB."""


class KnownAnswers:
    """The answers last asked for, at most `size`. Belongs to one matcher and is dropped with it.

    Kept as text, a tenth of the memory; whoever gets one may change it. Safe to share between threads.
    """

    def __init__(self, size: int = SIZE) -> None:
        self._size = size
        self._texts: OrderedDict[Hashable, bytes] = OrderedDict()
        self._changing = Lock()

    def get(self, question: Hashable, work_out: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What `work_out` answers, worked out once as long as the question is among the last.

        question: everything that the answer follows from, beside the matcher. What is raised is not kept.
        """
        with self._changing:
            text = self._texts.get(question)
            if text is not None:
                self._texts.move_to_end(question)
        if text is None:
            text = orjson.dumps(work_out())
            with self._changing:
                self._texts[question] = text
                if len(self._texts) > self._size:
                    self._texts.popitem(last=False)
        answer: dict[str, Any] = orjson.loads(text)
        return answer
