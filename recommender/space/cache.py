"""Vectors on disk, so that a text is encoded once.

    <folder>/embeddings/<digest of the encoder's fingerprint>/<digest of the keys>.npz
        keys     (n, 32) uint8, sha256 of each text
        vectors  (n, d) float32

A shard is written whole under another name and then renamed, so processes may share a folder: at worst two
of them encode the same text and keep equal vectors. A shard that cannot be read is removed and its texts are
encoded again.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from recommender.errors import EncoderError, quoted
from recommender.space.encoder import TextEncoder

__all__ = ["CachedEncoder", "EmbeddingCache", "default_cache_folder"]

SHARD_TEXTS: Final = 2048
"""An interrupted run loses at most so many texts, about 20 s of work."""


def default_cache_folder() -> Path:
    """$REELMATCH_CACHE, else reelmatch in the user's cache folder."""
    if chosen := os.environ.get("REELMATCH_CACHE"):
        return Path(chosen).expanduser()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "reelmatch"


class EmbeddingCache:
    """The vectors of many encoders in one folder, by default `default_cache_folder()`."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = (folder or default_cache_folder()) / "embeddings"

    def load(self, fingerprint: str) -> dict[bytes, NDArray[np.float32]]:
        """Every vector kept for this encoder, by the sha256 of its text."""
        vectors: dict[bytes, NDArray[np.float32]] = {}
        for path in sorted(self._shards(fingerprint).glob("*.npz")):
            vectors.update(_read_shard(path))
        return vectors

    def store(self, fingerprint: str, keys: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        """Keep `vectors` (n, d) under `keys`, n sha256 digests, as one shard.

        Raises EncoderError when the folder cannot be written.
        """
        joined = b"".join(keys)
        table = np.frombuffer(joined, dtype=np.uint8).reshape(len(keys), 32)
        path = self._shards(fingerprint) / f"{hashlib.sha256(joined).hexdigest()[:32]}.npz"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(path, table, vectors.astype(np.float32))
        except OSError as error:
            raise EncoderError(
                f"the cache of embeddings {quoted(self._folder, 200)} cannot be written ({error.strerror}): "
                "set REELMATCH_CACHE to a folder of yours"
            ) from error

    def _shards(self, fingerprint: str) -> Path:
        return self._folder / hashlib.sha256(fingerprint.encode()).hexdigest()[:32]


class CachedEncoder:
    """A TextEncoder that asks `encoder` only for texts that the cache does not hold.

    `encoded` counts the texts that had to be encoded. progress: draw a bar of them on stderr (give it here,
    not to the encoder, whose bar would start again for every shard).
    """

    def __init__(self, encoder: TextEncoder, cache: EmbeddingCache, progress: bool = False) -> None:
        self._encoder = encoder
        self._cache = cache
        self._progress = progress
        self._known: dict[bytes, NDArray[np.float32]] | None = None
        self.encoded = 0

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the encoder behind the cache."""
        return self._encoder.fingerprint

    @property
    def dimension(self) -> int:
        """Length of a vector; known without loading the encoder once the cache holds one."""
        known = self._vectors()
        return next(iter(known.values())).shape[0] if known else self._encoder.dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See TextEncoder.encode."""
        known = self._vectors()
        keys = [_key(text) if text.strip() else None for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key and key not in known}
        self._encode_missing(missing)
        result = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, key in enumerate(keys):
            if key:
                result[row] = known[key]
        return result

    def _encode_missing(self, missing: dict[bytes, str]) -> None:
        # By length, so that the batches of a shard are full.
        keys = sorted(missing, key=lambda key: (len(missing[key]), key))
        with tqdm(
            total=len(keys),
            desc="embedding",
            unit="text",
            file=sys.stderr,
            disable=not self._progress or not keys,
        ) as bar:
            for start in range(0, len(keys), SHARD_TEXTS):
                shard = keys[start : start + SHARD_TEXTS]
                vectors = self._encoder.encode([missing[key] for key in shard])
                self._cache.store(self.fingerprint, shard, vectors)
                self._vectors().update(zip(shard, vectors, strict=True))
                self.encoded += len(shard)
                bar.update(len(shard))

    def _vectors(self) -> dict[bytes, NDArray[np.float32]]:
        if self._known is None:
            self._known = self._cache.load(self.fingerprint)
        return self._known


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _write_whole(path: Path, keys: NDArray[np.uint8], vectors: NDArray[np.float32]) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, keys=keys, vectors=vectors)
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _read_shard(path: Path) -> dict[bytes, NDArray[np.float32]]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as shard:
            keys, vectors = shard["keys"], shard["vectors"]
        if _sound(keys, vectors):
            return {key.tobytes(): vector for key, vector in zip(keys, vectors, strict=True)}
    except OSError:
        return {}
    except Exception:  # a damaged archive makes numpy and zipfile raise anything
        pass
    path.unlink(missing_ok=True)
    return {}


def _sound(keys: NDArray[Any], vectors: NDArray[Any]) -> bool:
    right_shapes = keys.ndim == vectors.ndim == 2 and keys.shape == (len(vectors), 32)
    return right_shapes and vectors.dtype == np.float32 and bool(np.isfinite(vectors).all())
