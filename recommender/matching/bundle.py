"""A bundle: everything a Matcher needs in one folder, and a manifest that vouches for it.

    <version>/
        manifest.json   what it was trained on and with, its figures, and the sha256 of every other file
        *.parquet  *.npz  *.json  films.faiss

The version is the training date and a digest of the manifest, so it names the bytes: the same data, seed and
libraries give the same version, and a changed manifest no longer fits its name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any, Final

from recommender.errors import BundleError, quoted
from recommender.matching.contents import (
    GO_BACK,
    MANIFEST,
    BundleContents,
    canonical_json,
    check_files,
    read_contents,
    write_contents,
    write_file,
)

__all__ = ["FORMAT", "Bundle", "BundleContents", "Manifest", "check_bundle", "read_bundle", "write_bundle"]

FORMAT: Final = 3
"""Raise it with every change after which older code would read a bundle wrongly, or newer code an old one."""

PACKAGES: Final = ("faiss", "lightfm", "numpy", "pandas", "pyarrow", "scipy", "sklearn")
"""The libraries, by the name they are imported with, that decide the bytes of a bundle."""

_NOT_IN_THE_VERSION: Final = ("version", "created_at")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle is.

    created_at: UTC, ISO 8601. until: only deals released before it were used. encoder: the fingerprint of
    the text encoder. packages: import name -> version. figures: held-out figures, None where there was
    nothing to measure. files: name -> sha256 in hex.
    """

    version: str
    format: int
    created_at: str
    until: date
    seed: int
    encoder: str
    packages: Mapping[str, str]
    figures: Mapping[str, float | None]
    files: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Bundle:
    """A bundle in memory, checked against its manifest."""

    manifest: Manifest
    contents: BundleContents

    def check_encoder(self, fingerprint: str) -> None:
        """Raise BundleError unless the bundle was trained with the encoder of this fingerprint."""
        if fingerprint != self.manifest.encoder:
            raise BundleError(
                f"the bundle {self.manifest.version} was trained with the encoder "
                f"{quoted(self.manifest.encoder, 100)}, not with {quoted(fingerprint, 100)}: "
                "use that encoder, or train again with this one"
            )


def write_bundle(
    folder: Path,
    contents: BundleContents,
    *,
    until: date,
    seed: int,
    encoder: str,
    figures: Mapping[str, float | None],
    now: datetime | None = None,
) -> Manifest:
    """Write a whole bundle into an empty folder, the manifest last; now: an aware time.

    Raises ValueError or TypeError for contents or figures that would not come back as they are.
    """
    fields: dict[str, Any] = {
        "format": FORMAT,
        "until": until.isoformat(),
        "seed": int(seed),
        "encoder": encoder,
        "packages": dict(_package_versions()),
        "figures": {name: None if value is None else float(value) for name, value in figures.items()},
        "files": write_contents(folder, contents),
    }
    fields["version"] = _version_of(fields)
    fields["created_at"] = (now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
    write_file(folder / MANIFEST, canonical_json(fields))
    return _manifest(fields)


def read_bundle(folder: Path) -> Bundle:
    """Read and check the bundle of a folder that bears its version as name.

    Raises BundleError when it is missing, incomplete, altered, or of another format.
    """
    manifest = check_bundle(folder)
    return Bundle(manifest, read_contents(folder, manifest.files))


def check_bundle(folder: Path) -> Manifest:
    """The manifest, after every file was compared with it. Raises BundleError as `read_bundle`."""
    fields = _read_fields(folder)
    found = fields.get("format")
    if found != FORMAT:
        newer = isinstance(found, int) and found > FORMAT
        raise BundleError(
            f"the bundle {quoted(folder, 200)} has format {quoted(found)}, this program reads {FORMAT}: "
            f"{'update reelmatch' if newer else 'train it again'}"
        )
    try:
        named = _version_of(fields)
        manifest = _manifest(fields)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _bad_manifest(folder, f"is no manifest ({type(error).__name__}: {error})") from error
    if not named == manifest.version == folder.name:
        raise _bad_manifest(folder, "does not fit the name of its folder")
    check_files(folder, manifest.files)
    return manifest


def _read_fields(folder: Path) -> dict[str, Any]:
    try:
        fields = json.loads((folder / MANIFEST).read_bytes())
    except OSError as error:
        raise _bad_manifest(folder, f"cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise _bad_manifest(folder, f"is cut off or altered ({str(error)[:100]})") from error
    if not isinstance(fields, dict):
        raise _bad_manifest(folder, "is not a JSON object")
    return fields


def _version_of(fields: Mapping[str, Any]) -> str:
    vouched = {name: value for name, value in fields.items() if name not in _NOT_IN_THE_VERSION}
    digest = hashlib.sha256(canonical_json(vouched)).hexdigest()
    return f"{fields['until'].replace('-', '')}-{digest[:10]}"


def _manifest(fields: Mapping[str, Any]) -> Manifest:
    return Manifest(**{**fields, "until": date.fromisoformat(fields["until"])})


@cache
def _package_versions() -> tuple[tuple[str, str], ...]:
    """Asked for by import name: lightfm comes from one of several distributions."""
    distributions = packages_distributions()
    return tuple((package, version(distributions[package][0])) for package in PACKAGES)


def _bad_manifest(folder: Path, what: str) -> BundleError:
    return BundleError(f"the manifest {quoted(folder / MANIFEST, 200)} {what}", GO_BACK)
