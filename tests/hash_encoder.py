"""A text encoder without a model, for tests that need vectors but no meaning."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class HashEncoder:
    """A TextEncoder: the vector follows from the digest of the text. `calls` keeps what it was asked."""

    dimension = 4

    def __init__(self, fingerprint: str = "hash@1") -> None:
        self.fingerprint = fingerprint
        self.calls: list[list[str]] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.calls.append(list(texts))
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            if text.strip():
                digest = hashlib.sha256(text.encode("utf-8", "replace")).digest()
                vector = np.frombuffer(digest[: self.dimension], dtype=np.uint8).astype(np.float32) + 1
                vectors[row] = vector / np.linalg.norm(vector)
        return vectors
