from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from recommender.errors import BundleError
from recommender.matching import BundleContents, Manifest, load
from recommender.matching.bundle import FORMAT, check_bundle, read_bundle, write_bundle

Publish = Callable[..., Manifest]


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _change_manifest(folder: Path, **changes: Any) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_the_manifest_says_what_the_bundle_is(bundles: Path, publish_year: Publish) -> None:
    written = publish_year(2018, seed=3)
    assert load(bundles).manifest == written
    assert written.version.startswith("20180101-")
    assert (written.until, written.seed, written.encoder) == (date(2018, 1, 1), 3, "hash@1")
    assert written.created_at == "2026-11-03T12:00:00+00:00"
    assert written.figures == {"ndcg@10": 0.5, "coverage@10": None}
    assert {"lightfm", "numpy", "faiss", "pandas", "scipy"} <= set(written.packages)
    assert set(written.files) == {
        *("deals.parquet", "distributors.parquet", "films.parquet", "films.faiss"),
        *("lightfm.npz", "model.json", "signals.npz"),
    }


def test_the_time_is_kept_in_utc(publish_year: Publish) -> None:
    paris = datetime(2026, 11, 3, 1, 0, tzinfo=timezone(timedelta(hours=1)))
    assert publish_year(now=paris).created_at == "2026-11-03T00:00:00+00:00"


def test_the_same_bundle_made_later_differs_in_its_time_only(tmp_path: Path, publish_year: Publish) -> None:
    one = publish_year(bundles=tmp_path / "a")
    two = publish_year(bundles=tmp_path / "b", now=datetime(2027, 1, 1, tzinfo=UTC))
    assert one.version == two.version
    first, second = _bytes(tmp_path / "a" / one.version), _bytes(tmp_path / "b" / two.version)
    manifests = [json.loads(files.pop("manifest.json")) for files in (first, second)]
    assert first == second
    assert [manifest.pop("created_at") for manifest in manifests] == [one.created_at, two.created_at]
    assert manifests[0] == manifests[1]


@pytest.mark.parametrize(
    "change", [{"seed": 1}, {"encoder": "hash@2"}, {"until": date(2018, 1, 2)}, {"figures": {}}]
)
def test_whatever_goes_into_a_bundle_goes_into_its_version(
    publish_year: Publish, change: dict[str, Any]
) -> None:
    assert publish_year().version != publish_year(**change).version


@pytest.mark.parametrize("name", ["films.parquet", "lightfm.npz", "model.json", "films.faiss"])
@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: data[: len(data) // 2], id="truncated"),
        pytest.param(lambda data: b"", id="emptied"),
        pytest.param(lambda data: bytes([data[0] ^ 1]) + data[1:], id="one bit"),
        pytest.param(lambda data: data + b" ", id="longer"),
    ],
)
def test_a_damaged_file_is_refused_with_its_name_and_the_way_out(
    bundles: Path, publish_year: Publish, name: str, damage: Callable[[bytes], bytes]
) -> None:
    path = bundles / publish_year().version / name
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(BundleError, match=f"{name} that was altered or cut off.*--roll-back.*train it again"):
        load(bundles)


@pytest.mark.parametrize("name", ["films.parquet", "films.faiss", "manifest.json"])
def test_a_missing_file_is_refused_with_its_name(bundles: Path, publish_year: Publish, name: str) -> None:
    (bundles / publish_year().version / name).unlink()
    with pytest.raises(BundleError, match=f"{name}.*train it again"):
        load(bundles)


def test_a_folder_in_place_of_a_file_is_refused(bundles: Path, publish_year: Publish) -> None:
    path = bundles / publish_year().version / "films.faiss"
    path.unlink()
    path.mkdir()
    with pytest.raises(BundleError, match=r"films\.faiss that cannot be read"):
        load(bundles)


def test_a_truncated_manifest_is_refused_wherever_it_is_cut(bundles: Path, publish_year: Publish) -> None:
    path = bundles / publish_year().version / "manifest.json"
    whole = path.read_bytes().rstrip()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(BundleError, match="cut off or altered"):
            load(bundles)


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 9},
        {"encoder": "another@1"},
        {"figures": {"ndcg@10": 0.99}},
        {"packages": {}},
        {"files": {}},
        {"until": "2017-01-01"},
        {"until": "soon"},
        {"until": None},
        {"version": "20180101-0000000000"},
        {"unknown": 1},
    ],
)
def test_an_altered_manifest_no_longer_fits_its_name(
    bundles: Path, publish_year: Publish, change: dict[str, Any]
) -> None:
    folder = bundles / publish_year().version
    _change_manifest(folder, **change)
    with pytest.raises(BundleError, match=r"manifest\.json.*--roll-back"):
        check_bundle(folder)


@pytest.mark.parametrize("text", ["[]", "null", "\ud800", "[" * 100_000])
def test_a_manifest_that_is_something_else_is_refused(
    bundles: Path, publish_year: Publish, text: str
) -> None:
    path = bundles / publish_year().version / "manifest.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(BundleError, match=r"manifest\.json"):
        load(bundles)


@pytest.mark.parametrize(
    ("found", "remedy"),
    [(FORMAT + 1, "update reelmatch"), (FORMAT - 1, "train it again"), ("x", "train it again")],
)
def test_a_bundle_of_another_format_says_who_has_to_change(
    bundles: Path, publish_year: Publish, found: object, remedy: str
) -> None:
    folder = bundles / publish_year().version
    _change_manifest(folder, format=found)
    with pytest.raises(BundleError, match=f"has format '{found}', this program reads {FORMAT}: {remedy}"):
        read_bundle(folder)


def test_a_bundle_under_another_name_is_refused(bundles: Path, publish_year: Publish) -> None:
    folder = bundles / publish_year().version
    moved = folder.rename(bundles / "20190101-0123456789")
    with pytest.raises(BundleError, match="does not fit the name"):
        load(bundles, moved.name)


def test_files_that_the_manifest_does_not_name_are_not_read(bundles: Path, publish_year: Publish) -> None:
    (bundles / publish_year().version / ".DS_Store").write_bytes(b"?")
    assert "extra" not in load(bundles).contents.tables


def test_vectors_of_another_encoder_are_not_mixed_in(bundles: Path, publish_year: Publish) -> None:
    publish_year()
    bundle = load(bundles)
    bundle.check_encoder("hash@1")
    with pytest.raises(BundleError, match="trained with the encoder 'hash@1', not with 'hash@2': use that"):
        bundle.check_encoder("hash@2")


def test_figures_that_are_no_numbers_are_refused(tmp_path: Path, contents: BundleContents) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        write_bundle(
            tmp_path, contents, until=date(2018, 1, 1), seed=0, encoder="e", figures={"ndcg": float("nan")}
        )
    assert not (tmp_path / "manifest.json").exists()
