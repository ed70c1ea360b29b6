"""Collect every text of the interface into its catalogue, for translators.

    python scripts/extract_texts.py            # writes service/web/locale/messages.pot

A new language: `pybabel init -i service/web/locale/messages.pot -d service/web/locale -l fr`, translate the file it
makes, `pybabel compile -d service/web/locale`. Readers whose browser asks for the language get it.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

WEB = Path(__file__).resolve().parents[1] / "service" / "web"
FILES = WEB.parent / "usecases" / "exporting"
CATALOGUE = WEB / "locale" / "messages.pot"

_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_OPTIONS = {"templates/**.html": {"trimmed": "true", "newstyle_gettext": "true"}}
_KEYWORDS = {"_": None, "say": None, "gettext": None, "ngettext": (1, 2), "n_": (1, 2), "say_many": (1, 2)}


def catalogue() -> bytes:
    """The catalogue of what templates and Python files say now; the same texts give the same bytes."""
    found = Catalog(project="Reelmatch", charset="utf-8")
    places = (
        place
        for folder in (WEB, FILES)
        for place in extract_from_dir(folder, _METHODS, _OPTIONS, keywords=_KEYWORDS)
    )
    for file, _, text, _, context in sorted(places, key=lambda place: (place[0], place[1])):
        # Line numbers would change the file with every edit.
        found.add(text, locations=[(file, 0)], context=context)
    written = BytesIO()
    write_po(written, found, omit_header=True, sort_output=True, include_lineno=False, width=120)
    return written.getvalue()


def main() -> int:
    """Write the catalogue."""
    CATALOGUE.parent.mkdir(exist_ok=True)
    CATALOGUE.write_bytes(catalogue())
    print(f"{CATALOGUE}: {catalogue().count(b'msgid ')} texts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
