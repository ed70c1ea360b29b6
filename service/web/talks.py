"""What to say of a film in a meeting, in the reader's own words: to who sells it, or to who may buy it."""

from __future__ import annotations

from typing import Final

from service.usecases.events.talking import Talk
from service.web.marking import _
from service.web.reader import Reader
from service.web.reasons import worded

__all__ = ["talk_in_words"]

_SHARED: Final = {
    "likeness": _("It is close to your %(releases)s"),
    "genres": _("It shares genres with your %(releases)s"),
    "countries": _("It comes from where your %(releases)s came from"),
    "languages": _("It shares a language with your %(releases)s"),
    "people": _("It shares its director or cast with your %(releases)s"),
    "companies": _("It shares a production company with your %(releases)s"),
    "sales agent": _("It is sold by the sales agent of your %(releases)s"),
}


def talk_in_words(reader: Reader, talk: Talk) -> list[str]:
    """Sentences without their full stops, the strongest first."""
    point = talk.point
    if talk.sells:
        said = [worded(reader, {"kind": r.kind, "facts": r.facts, "text": r.text}) for r in point.reasons]
    else:
        said = [
            reader.say(
                _SHARED[one.group],
                releases=reader.listed([f"{title} ({year})" for title, year in one.releases]),
            )
            for one in point.shared
        ]
    if point.did_better is not None:
        share = reader.percent(point.did_better)
        if talk.sells:
            text = _("Its releases like this film did better than %(share)s of the territory's year (median)")
        else:
            text = _(
                "Your releases like this film did better than %(share)s of the territory's year (median)"
            )
        said.append(reader.say(text, share=share))
    return said
