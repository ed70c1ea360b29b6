"""reelmatch validate: is this folder a market?"""

from __future__ import annotations

from argparse import Namespace

from recommender.cli.words import clean, count
from recommender.market.checks import check_folder, write_fix_report
from recommender.market.problems import CheckReport

__all__ = ["run"]


def run(args: Namespace) -> int:
    """Print every problem and what is good; 1 when anything would be refused."""
    report = check_folder(args.folder)
    for problem in report.problems:
        print(f"{'refused' if problem.refused else 'warning'}  {clean(str(problem))}")
    if report.problems:
        print()
    for table in report.rows:
        print(_table_line(table, report))
    if args.fix_report:
        args.fix_report.parent.mkdir(parents=True, exist_ok=True)
        write_fix_report(report, args.fix_report)
        print(clean(f"The refused rows are in {args.fix_report}."))
    if report.ok:
        print("Nothing is refused.")
        return 0
    print("Put the refused rows right, then validate again: training takes a folder whole or not at all.")
    return 1


def _table_line(table: str, report: CheckReport) -> str:
    rows, good = report.rows[table], report.good_rows[table]
    line = f"{table:<12}  {count(rows, 'row'):>12}, {good:,} good, {rows - good:,} refused"
    extra = clean(", ".join(report.extra_columns[table]))
    return f"{line}; kept but not used: {extra}" if extra else line
