"""Bundles in a folder, in a store that fsspec has in memory, and on a server that is reached by a network protocol."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import sleep
from uuid import uuid4

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from recommender.errors import BundleError
from recommender.matching import Manifest
from service.bundle_store import BundleStore
from service.errors import Misconfigured
from service.settings import Settings
from tests.service.bundled import contents, publish_tastes
from tests.tastes import UNTIL


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of an FTP server, and the folder that it serves."""
    folder = tmp_path_factory.mktemp("served")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "pyftpdlib", "-i", "127.0.0.1", "-p", str(port), "-w", "-d", str(folder)]
    named = ["--username", "ada", "--password", "tide"]
    process = subprocess.Popen([*command, *named], stderr=subprocess.DEVNULL)
    try:
        while True:
            assert process.poll() is None, "the FTP server does not start"
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            sleep(0.05)
        yield f"ftp://ada:tide@127.0.0.1:{port}", folder
    finally:
        process.kill()
        process.wait()


@pytest.fixture(params=["folder", "elsewhere", "far away"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return str(tmp_path / "bundles")
    if request.param == "elsewhere":
        return f"memory://{uuid4().hex}/bundles"
    address: str = request.getfixturevalue("server")[0]
    return f"{address}/{uuid4().hex}/bundles"


@pytest.fixture
def store(url: str, tmp_path: Path) -> BundleStore:
    return BundleStore(url, tmp_path / "cache")


def files_of(url: str, manifest: Manifest) -> tuple[fsspec.AbstractFileSystem, str]:
    files, root = fsspec.core.url_to_fs(url)
    return files, f"{root}/{manifest.version}"


def test_what_is_published_can_be_loaded_by_every_machine(
    store: BundleStore, url: str, tmp_path: Path
) -> None:
    manifest = publish_tastes(store)
    other_machine = BundleStore(url, tmp_path / "another-cache")
    bundle = other_machine.load(manifest.version)
    assert bundle.manifest == manifest
    assert bundle.contents.tables["films"].equals(contents().tables["films"])
    assert other_machine.has(manifest.version)


def test_publishing_the_same_twice_changes_nothing(store: BundleStore) -> None:
    assert publish_tastes(store).version == publish_tastes(store).version


def test_what_is_not_there_is_told(store: BundleStore) -> None:
    assert not store.has("20180101-0123456789")
    with pytest.raises(BundleError, match="20180101-0123456789"):
        store.load("20180101-0123456789")


def test_an_altered_bundle_is_refused(store: BundleStore, url: str, tmp_path: Path) -> None:
    files, folder = files_of(url, publish_tastes(store))
    files.pipe_file(f"{folder}/films.faiss", b"altered")
    with pytest.raises(BundleError, match="altered or cut off"):
        BundleStore(url, tmp_path / "another-cache").load(folder.rpartition("/")[2])


def test_one_whose_manifest_never_came_is_none(store: BundleStore, url: str, tmp_path: Path) -> None:
    files, folder = files_of(url, publish_tastes(store))
    files.rm_file(f"{folder}/manifest.json")
    version = folder.rpartition("/")[2]
    assert not store.has(version)
    with pytest.raises(BundleError):
        BundleStore(url, tmp_path / "another-cache").load(version)


def test_what_another_machine_is_still_writing_is_found_once_it_is_whole(
    server: tuple[str, Path], tmp_path: Path
) -> None:
    address, folder = server
    place = uuid4().hex
    version = publish_tastes(BundleStore(f"{address}/{place}", tmp_path / "cache")).version
    manifest, away = folder / place / version / "manifest.json", tmp_path / "manifest.json"
    manifest.rename(away)
    replica = BundleStore(f"{address}/{place}", tmp_path / "another-cache")
    assert not replica.has(version)
    with pytest.raises(BundleError, match="no bundle"):
        replica.load(version)
    away.rename(manifest)
    assert replica.has(version)
    assert replica.load(version).manifest.version == version


def test_a_copy_that_was_cut_off_is_fetched_again(tmp_path: Path) -> None:
    store = BundleStore(f"memory://{uuid4().hex}", tmp_path / "cache")
    version = publish_tastes(store).version
    (tmp_path / "cache" / version / "films.faiss").write_bytes(b"cut off")
    assert store.load(version).manifest.version == version


def test_a_deleted_bundle_is_gone_for_good(store: BundleStore) -> None:
    version = publish_tastes(store).version
    store.delete(version)
    store.delete(version)
    assert not store.has(version)
    with pytest.raises(BundleError):
        store.load(version)


def test_stand_ins_lie_apart(store: BundleStore) -> None:
    version = publish_tastes(store.held_out()).version
    assert store.held_out().has(version)
    assert not store.has(version)


def test_a_full_disk_leaves_no_bundle_and_says_so(
    store: BundleStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("recommender.matching.bundle.write_contents", full)
    with pytest.raises(BundleError, match="No space left on device"):
        publish_tastes(store)


def test_a_store_that_cannot_be_reached_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"memory://{uuid4().hex}"
    store = BundleStore(url, tmp_path / "cache")

    def away(*_: object, **__: object) -> bool:
        raise ConnectionError("the store is away")

    monkeypatch.setattr(type(fsspec.core.url_to_fs(url)[0]), "exists", away)
    with pytest.raises(BundleError, match="the store is away"):
        store.has("20180101-0123456789")


def test_without_an_address_bundles_lie_in_the_data_folder(tmp_path: Path) -> None:
    publish_tastes(BundleStore.of(Settings(data_dir=tmp_path)))
    assert [path.name[:8] for path in (tmp_path / "bundles").iterdir()] == [f"{UNTIL:%Y%m%d}"]


@pytest.mark.parametrize(
    ("url", "reason"), [("s3://bucket/bundles", "s3fs"), ("nowhere://bundles", "nowhere")]
)
def test_a_kind_of_store_that_cannot_be_reached_here_is_told_with_its_remedy(
    url: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(Misconfigured, match=rf"(?s){reason}.*REELMATCH_BUNDLES_URL"):
        BundleStore(url, tmp_path / "cache")


def test_whatever_the_library_of_a_store_raises_is_told_as_a_store_that_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class NoCredentialsError(Exception):
        pass

    def refuse(*_: object) -> bool:
        raise NoCredentialsError("Unable to locate credentials")

    store = BundleStore(f"memory://{uuid4().hex}", tmp_path / "cache")
    monkeypatch.setattr(MemoryFileSystem, "exists", refuse)
    with pytest.raises(BundleError, match=r"Unable to locate credentials.*see to its address"):
        store.has("20180101-0123456789")
