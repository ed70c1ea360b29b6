"""Where bundles lie: a folder, or anything that fsspec can reach.

    <url>/<version>/...      a bundle; elsewhere than in a folder its manifest is written last, so that one that
                             was cut off is none
    <url>/held_out/...       bundles of the same makers, without the latest deals: what they are judged by

Each machine keeps what it has loaded from elsewhere in a local folder, checked against the manifest.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from recommender.errors import BundleError, quoted
from recommender.matching import Bundle, BundleContents, Manifest, load, publish
from recommender.matching.bundle import check_bundle
from service.errors import Misconfigured
from service.settings import Settings

__all__ = ["BundleStore", "file_system"]

_MANIFEST: Final = "manifest.json"


def file_system(settings: Settings) -> tuple[AbstractFileSystem, str]:
    """Where the settings have bundles lie, and their folder in it. Raises Misconfigured where it cannot be reached."""
    return _reached(_url(settings))


class BundleStore:
    """The bundles at one address.

    url: a folder or an fsspec address. cache: where copies of bundles from elsewhere are kept.
    Every method raises BundleError when the store cannot be reached or written; an address of a kind that this
    installation cannot reach is Misconfigured at once.
    """

    def __init__(self, url: str, cache: Path) -> None:
        self._files, root = _reached(url)
        self._root = root.rstrip("/")
        self._url = url
        self._is_local = isinstance(self._files, LocalFileSystem)
        self._folder = Path(self._root) if self._is_local else cache

    @classmethod
    def of(cls, settings: Settings) -> BundleStore:
        """The store that the settings name."""
        return cls(_url(settings), settings.data_dir / "bundle-cache")

    def held_out(self) -> BundleStore:
        """The store of those without the latest deals."""
        return BundleStore(f"{self._url.rstrip('/')}/held_out", self._folder / "held_out")

    def publish(self, contents: BundleContents, **described: Any) -> Manifest:
        """Write a bundle, whole or not at all; described: see recommender.matching.publish."""
        manifest = publish(self._folder, contents, **described, promote=False)
        if not self._is_local:
            with _told(self._url):
                self._upload(manifest.version)
        return manifest

    def load(self, version: str) -> Bundle:
        """Read and check a bundle. Raises BundleError when it is not there, incomplete or altered."""
        self.fetch(version)
        return load(self._folder, version)

    def fetch(self, version: str) -> Manifest:
        """Have a bundle on this machine, checked; raises as `load`."""
        folder = self._folder / version
        if not self._is_local and not _is_sound(folder):
            with _told(self._url):
                self._download(version)
        return check_bundle(folder)

    def has(self, version: str) -> bool:
        """Whether the bundle lies there."""
        with _told(self._url):
            return bool(self._files.exists(f"{self._root}/{version}/{_MANIFEST}"))

    def delete(self, version: str) -> None:
        """Remove a bundle; nothing happens where it is not there."""
        with _told(self._url), suppress(FileNotFoundError):
            self._files.rm(f"{self._root}/{version}", recursive=True)
        if not self._is_local:
            shutil.rmtree(self._folder / version, ignore_errors=True)

    def _upload(self, version: str) -> None:
        folder = self._folder / version
        there = f"{self._root}/{version}"
        if self._files.exists(f"{there}/{_MANIFEST}"):
            return
        self._files.makedirs(there, exist_ok=True)
        for path in sorted(folder.iterdir(), key=lambda path: path.name == _MANIFEST):
            self._files.put_file(str(path), f"{there}/{path.name}")

    def _download(self, version: str) -> None:
        there = f"{self._root}/{version}"
        if not self._files.exists(f"{there}/{_MANIFEST}"):
            raise BundleError(
                f"no bundle {quoted(version)} is in {quoted(self._url, 200)}", "choose another one"
            )
        new = self._folder / f".new-{secrets.token_hex(8)}"
        # A bundle is checked against the name of its folder.
        whole = new / version
        whole.mkdir(parents=True)
        try:
            # Some kinds of store list paths, some names.
            for name in (Path(file).name for file in self._files.ls(there, detail=False)):
                self._files.get_file(f"{there}/{name}", str(whole / name))
            check_bundle(whole)
            shutil.rmtree(self._folder / version, ignore_errors=True)
            with suppress(FileExistsError):
                whole.rename(self._folder / version)
        finally:
            shutil.rmtree(new, ignore_errors=True)


def _url(settings: Settings) -> str:
    return settings.bundles_url or str(settings.data_dir / "bundles")


def _reached(url: str) -> tuple[AbstractFileSystem, str]:
    try:
        # What another machine has written since is to be seen: a listing that is kept would hide it for ever.
        files, root = url_to_fs(url, use_listings_cache=False)
    except (ImportError, ValueError) as error:
        # ImportError: the library of this kind of store, such as s3fs, is not installed.
        raise Misconfigured(
            f"the bundle store {quoted(url, 200)} cannot be reached: {error}",
            "Install the library that this names, or name a folder or another address in REELMATCH_BUNDLES_URL",
        ) from error
    return files, str(root)


def _is_sound(folder: Path) -> bool:
    try:
        check_bundle(folder)
    except BundleError:
        return False
    return True


@contextmanager
def _told(url: str) -> Iterator[None]:
    try:
        yield
    except BundleError:
        raise
    except Exception as error:
        # Every library of a store has errors of its own, such as botocore's NoCredentialsError.
        reason = getattr(error, "strerror", None) or error
        raise BundleError(
            f"the bundle store {quoted(url, 200)} cannot be used ({reason}): make room there, or "
            "see to its address and credentials"
        ) from error
