"""`reelmatch meetings plan` as an organiser types it, and what it wrote."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from recommender.cli import main
from scripts import check_schedule


def planned(event: Path, out: Path, *arguments: str) -> int:
    return main(["meetings", "plan", "--event", str(event), "--out", str(out), *arguments])


def checked(event: Path, out: Path) -> int:
    return check_schedule.main([str(event), str(out)])


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def report(out: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return document
