"""reelmatch import: a folder of market data, or one file of a list, into the database."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Final

from service.cli.following import followed
from service.cli.opening import opened
from service.domain.imports import ImportCounts, ImportRun
from service.domain.words import ImportKind, ImportState
from service.errors import Invalid
from service.security.actor import Actor
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases import imports
from service.usecases.market_import import load_market

__all__ = ["run"]

_ACTOR: Final = Actor.system("import")
_OF_FILES: Final = ("kind", "company", "dry_run", "problems", "mapping")


def run(args: Namespace) -> int:
    """Import, and say what was added and changed; 1 where rows were refused or the import failed."""
    if args.source.is_dir():
        given = [name for name in _OF_FILES if getattr(args, name)]
        if given:
            option = f"--{given[0].replace('_', '-')}"
            raise Invalid.field(option, "this is for single files", "Leave it out, or name a file")
        with opened() as (_, uow):
            counts = load_market(uow, args.source, _ACTOR)
        _print(counts, "applied")
        return int(counts.refused > 0)
    with opened() as (_, uow):
        done = _imported(uow, args)
        if args.problems is not None:
            args.problems.write_bytes(b"".join(imports.problems_csv(uow, _ACTOR, done.run_id)))
    _print(done.counts, done.message or done.state.value)
    good = done.state in (ImportState.APPLIED, ImportState.CHECKED)
    return int(not good or done.counts.refused > 0)


def _imported(uow: UnitOfWorkFactory, args: Namespace) -> ImportRun:
    source: Path = args.source
    content = source.read_bytes()
    file = imports.upload_file(uow, _ACTOR, name=source.name, content=content, company_id=args.company)
    kind = file.kind if args.kind is None else ImportKind(args.kind)
    if kind is None:
        raise Invalid.field("--kind", f"{source.name} fits no list by its columns", "Say what its rows are")
    guessed = imports.describe_file(uow, _ACTOR, file.file.file_id, kind).mapping
    started = imports.start_import(
        uow,
        _ACTOR,
        file.file.file_id,
        kind,
        mapping={**guessed, **dict(args.mapping)},
        dry_run=args.dry_run,
    )
    if started.job_id is not None:
        followed(uow, _ACTOR, started.job_id)
    return imports.get_import(uow, _ACTOR, started.run.run_id)


def _print(counts: ImportCounts, state: str) -> None:
    print(
        f"{state}: {counts.total:,} rows, {counts.added:,} added, {counts.changed:,} changed, "
        f"{counts.unchanged:,} unchanged, {counts.refused:,} refused"
    )
