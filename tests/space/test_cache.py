from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from recommender.errors import EncoderError
from recommender.space import cache as cache_module
from recommender.space.cache import CachedEncoder, EmbeddingCache, default_cache_folder
from tests.hash_encoder import HashEncoder

TEXTS = ["A widow walks home.", "Soldiers race a train.", "🎬 סרט", "A widow walks home.", " "]


def _shards(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.npz"))


def test_equal_texts_are_encoded_once_and_blank_ones_not_at_all(cache: EmbeddingCache) -> None:
    encoder = HashEncoder()
    cached = CachedEncoder(encoder, cache)
    vectors = cached.encode(TEXTS)
    assert cached.encoded == 3
    assert sorted(text for call in encoder.calls for text in call) == sorted(set(TEXTS) - {" "})
    np.testing.assert_array_equal(vectors[0], vectors[3])
    np.testing.assert_array_equal(vectors[4], np.zeros(4))
    np.testing.assert_array_equal(vectors[:4], encoder.encode(TEXTS[:4]))


def test_a_second_run_encodes_nothing_and_gives_the_same_vectors(cache: EmbeddingCache) -> None:
    first = CachedEncoder(HashEncoder(), cache).encode(TEXTS)
    encoder = HashEncoder()
    again = CachedEncoder(encoder, cache)
    np.testing.assert_array_equal(again.encode(TEXTS), first)
    assert (again.encoded, encoder.calls) == (0, [])


def test_another_encoder_gets_its_own_vectors(cache: EmbeddingCache) -> None:
    CachedEncoder(HashEncoder("hash@1"), cache).encode(TEXTS)
    other = CachedEncoder(HashEncoder("hash@2"), cache)
    other.encode(TEXTS)
    assert other.encoded == 3


def test_an_interrupted_run_keeps_what_it_had(
    cache: EmbeddingCache, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cache_module, "SHARD_TEXTS", 2)

    class Interrupted(HashEncoder):
        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            if self.calls:
                raise KeyboardInterrupt
            return super().encode(texts)

    with pytest.raises(KeyboardInterrupt):
        CachedEncoder(Interrupted(), cache).encode(["a", "bb", "ccc", "dddd"])
    rest = CachedEncoder(HashEncoder(), cache)
    rest.encode(["a", "bb", "ccc", "dddd"])
    assert rest.encoded == 2
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.mark.parametrize("damage", ["truncated", "flipped", "empty", "not an archive", "nan", "pickled"])
def test_a_damaged_shard_is_removed_and_written_anew(
    cache: EmbeddingCache, tmp_path: Path, damage: str
) -> None:
    expected = CachedEncoder(HashEncoder(), cache).encode(TEXTS)
    (shard,) = _shards(tmp_path)
    sound = shard.read_bytes()
    middle = len(sound) // 4
    keys = np.load(shard)["keys"]
    if damage == "truncated":
        shard.write_bytes(sound[: len(sound) // 2])
    elif damage == "flipped":
        shard.write_bytes(sound[:middle] + bytes([sound[middle] ^ 255]) + sound[middle + 1 :])
    elif damage == "empty":
        shard.write_bytes(b"")
    elif damage == "not an archive":
        shard.write_bytes(b"film_id,title\n")
    elif damage == "nan":
        np.savez(shard, keys=keys, vectors=np.full((3, 4), np.nan, np.float32))
    else:
        np.savez(shard, keys=keys, vectors=np.array([None, None, None], dtype=object))
    again = CachedEncoder(HashEncoder(), cache)
    np.testing.assert_array_equal(again.encode(TEXTS), expected)
    assert again.encoded == 3
    assert _shards(tmp_path) == [shard]
    assert shard.read_bytes() == sound


def test_two_processes_that_encode_the_same_texts_leave_one_shard(
    cache: EmbeddingCache, tmp_path: Path
) -> None:
    one, two = CachedEncoder(HashEncoder(), cache), CachedEncoder(HashEncoder(), cache)
    one.encode([])
    two.encode([])  # both have looked and found nothing
    np.testing.assert_array_equal(one.encode(TEXTS), two.encode(TEXTS[::-1])[::-1])
    assert len(_shards(tmp_path)) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(texts=st.lists(st.text(st.characters(), max_size=8), max_size=6))
def test_any_text_comes_back_in_its_place(texts: list[str], cache: EmbeddingCache) -> None:
    vectors = CachedEncoder(HashEncoder(), cache).encode(texts)
    for text, vector in zip(texts, vectors, strict=True):
        np.testing.assert_array_equal(vector, HashEncoder().encode([text])[0])


def test_the_folder_is_the_one_that_is_set_or_the_users_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REELMATCH_CACHE", "/srv/vectors")
    assert default_cache_folder() == Path("/srv/vectors")
    monkeypatch.delenv("REELMATCH_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/home/x/.c")
    assert default_cache_folder() == Path("/home/x/.c/reelmatch")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert default_cache_folder() == Path.home() / ".cache" / "reelmatch"


def test_a_cache_that_cannot_be_written_says_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EncoderError, match="set REELMATCH_CACHE"):
        CachedEncoder(HashEncoder(), EmbeddingCache(tmp_path / "file")).encode(TEXTS)


def test_progress_is_drawn_on_stderr_only_when_asked_for(
    cache: EmbeddingCache, capsys: pytest.CaptureFixture[str]
) -> None:
    CachedEncoder(HashEncoder("quiet"), cache).encode(TEXTS)
    assert capsys.readouterr() == ("", "")
    CachedEncoder(HashEncoder("loud"), cache, progress=True).encode(TEXTS)
    out, err = capsys.readouterr()
    assert out == ""
    assert "embedding" in err
