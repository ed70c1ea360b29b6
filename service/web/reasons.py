"""Reasons of a match in the reader's own words: about a distributor, or to it.

The core tells each reason as a kind and facts (recommender/ranking/wording.py); here they become sentences of the
catalogue, with names of places, and days and numbers in the reader's format.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, TypeAlias

from service.web.marking import _, n_
from service.web.reader import Reader

__all__ = ["TEXTS", "worded"]

Sentence: TypeAlias = str | tuple[str, str]

_SINCE: Final = (
    _("Since %(since)s it has released %(terms)s, of %(described)s in all"),
    _("Since %(since)s you have released %(terms)s, of %(described)s in all"),
)
_WORKED: Final = (_("It has released %(terms)s"), _("You have released %(terms)s"))

TEXTS: Final[Mapping[str, tuple[Sentence, Sentence]]] = {
    "likeness": (
        _(
            "Its closest release is %(title)s (%(year)s), similarity %(similarity)s; it has %(near)s of the "
            "%(nearest)s releases in %(territory)s most like this film"
        ),
        _(
            "Your closest release is %(title)s (%(year)s), similarity %(similarity)s; you have %(near)s of the "
            "%(nearest)s releases in %(territory)s most like this film"
        ),
    ),
    "brief": (
        _("Its brief and the synopsis have a similarity of %(similarity)s; it has no release yet"),
        _("Your brief and the synopsis have a similarity of %(similarity)s; you have no release yet"),
    ),
    "genres": _SINCE,
    "countries": _SINCE,
    "languages": _SINCE,
    "no_genres": (
        _("It has no release here whose genres are known"),
        _("You have no release here whose genres are known"),
    ),
    "no_countries": (
        _("It has no release here whose countries are known"),
        _("You have no release here whose countries are known"),
    ),
    "no_languages": (
        _("It has no release here whose languages are known"),
        _("You have no release here whose languages are known"),
    ),
    "unknown_genres": (_("The film's genres are not known"),) * 2,
    "unknown_countries": (_("The film's countries are not known"),) * 2,
    "unknown_languages": (_("The film's languages are not known"),) * 2,
    "people": _WORKED,
    "companies": _WORKED,
    "sales_agent": _WORKED,
    "no_people": (
        _("It has released nothing with the film's director or cast"),
        _("You have released nothing with the film's director or cast"),
    ),
    "no_companies": (
        _("It has released nothing by the film's production companies"),
        _("You have released nothing by the film's production companies"),
    ),
    "no_sales_agent": (
        _("It has released nothing sold by the film's sales agent"),
        _("You have released nothing sold by the film's sales agent"),
    ),
    "unknown_people": (_("The film's director and cast are not known from past films"),) * 2,
    "unknown_companies": (_("The film's production companies are not known from past films"),) * 2,
    "unknown_sales_agent": (_("The film's sales agent is not known from past films"),) * 2,
    "own_production": (
        _("It bears the name of %(companies)s, which produced the film"),
        _("You bear the name of %(companies)s, which produced the film"),
    ),
    "no_own_production": (
        _("No production company of the film bears its name"),
        _("No production company of the film bears your name"),
    ),
    "age_0": (
        _("Released in the year they were made, as this film would be: %(count)s of its %(dated)s films"),
        _("Released in the year they were made, as this film would be: %(count)s of your %(dated)s films"),
    ),
    "age_1": (
        _("Released the year after they were made, as this film would be: %(count)s of its %(dated)s films"),
        _("Released the year after they were made, as this film would be: %(count)s of your %(dated)s films"),
    ),
    "age_2": (
        _("Released two years after they were made, as this film would be: %(count)s of its %(dated)s films"),
        _(
            "Released two years after they were made, as this film would be: %(count)s of your %(dated)s films"
        ),
    ),
    "age_3": (
        _(
            "Released three or more years after they were made, as this film would be: %(count)s of its "
            "%(dated)s films"
        ),
        _(
            "Released three or more years after they were made, as this film would be: %(count)s of your "
            "%(dated)s films"
        ),
    ),
    "no_age": (
        _("It has no release of a film whose year is known"),
        _("You have no release of a film whose year is known"),
    ),
    "unknown_age": (_("The film's year is not known"),) * 2,
    "activity": (
        n_(
            "It released %(recent)s film in the last two years, %(total)s in all, the last on %(last)s",
            "It released %(recent)s films in the last two years, %(total)s in all, the last on %(last)s",
        ),
        n_(
            "You released %(recent)s film in the last two years, %(total)s in all, the last on %(last)s",
            "You released %(recent)s films in the last two years, %(total)s in all, the last on %(last)s",
        ),
    ),
    "no_activity": (_("It has no release so far"), _("You have no release so far")),
    "size": (
        _("Its releases are on average wider than %(share)s of those in %(territory)s"),
        _("Your releases are on average wider than %(share)s of those in %(territory)s"),
    ),
    "success": (
        n_(
            "Its %(rated)s release most like this film did better than %(share)s of the territory's year",
            "Its %(rated)s releases most like this film did better than %(share)s of the territory's year (median)",
        ),
        n_(
            "Your %(rated)s release most like this film did better than %(share)s of the territory's year",
            "Your %(rated)s releases most like this film did better than %(share)s of the territory's year (median)",
        ),
    ),
    "no_success": (
        _("No result is known of its releases like this film"),
        _("No result is known of your releases like this film"),
    ),
    "pattern": (
        _("The pattern of past deals alone puts it in place %(place)s of %(pool)s for this film"),
        _("The pattern of past deals alone puts you in place %(place)s of %(pool)s for this film"),
    ),
    "elsewhere": (
        n_(
            "Place %(place)s of %(pool)s by how often it released what the known buyer of this film in another "
            "territory did",
            "Place %(place)s of %(pool)s by how often it released what the %(buyers)s known buyers of this film in "
            "other territories did",
        ),
        n_(
            "Place %(place)s of %(pool)s by how often you released what the known buyer of this film in another "
            "territory did",
            "Place %(place)s of %(pool)s by how often you released what the %(buyers)s known buyers of this film in "
            "other territories did",
        ),
    ),
    "elsewhere_0": (
        _(
            "Place %(place)s of %(pool)s by how often it released what buyers of similar films in other "
            "territories did"
        ),
        _(
            "Place %(place)s of %(pool)s by how often you released what buyers of similar films in other "
            "territories did"
        ),
    ),
}
"""By kind: about a distributor, and to it. Two forms are those of one and of many, see _COUNTED."""

_COUNTED: Final = {"activity": "recent", "success": "rated", "elsewhere": "buyers"}
"""Which fact chooses between the forms of one and of many."""

_TERMS: Final = {
    "genres": n_("%(count)s film of the genre %(name)s", "%(count)s films of the genre %(name)s"),
    "countries": n_("%(count)s film from %(name)s", "%(count)s films from %(name)s"),
    "languages": n_("%(count)s film in %(name)s", "%(count)s films in %(name)s"),
    "people": n_("%(count)s film with %(name)s", "%(count)s films with %(name)s"),
    "companies": n_("%(count)s film produced by %(name)s", "%(count)s films produced by %(name)s"),
    "sales_agent": n_("%(count)s film sold by %(name)s", "%(count)s films sold by %(name)s"),
}
_NONE: Final = {
    "genres": _("no film of the genre %(name)s"),
    "countries": _("no film from %(name)s"),
    "languages": _("no film in %(name)s"),
}


def worded(reader: Reader, reason: Mapping[str, Any], *, mine: bool = False) -> str:
    """A reason of an answer as a sentence without its full stop. mine: to the distributor that it is about.

    An answer that was kept before reasons had facts says its English text.
    """
    kind, facts = _form(reason.get("kind", ""), reason.get("facts") or {})
    if kind not in TEXTS:
        return str(reason["text"])
    values = {name: _value(reader, kind, facts, name) for name in facts}
    if "percentile" in facts:
        values["share"] = reader.percent(facts["percentile"])
    sentence = TEXTS[kind][mine]
    if isinstance(sentence, str):
        return reader.say(sentence, **values)
    return reader.say_many(*sentence, facts[_COUNTED[kind]], **values)


def _form(kind: str, facts: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """A kind whose sentence depends on one of its facts as several kinds."""
    if kind == "age":
        return f"age_{facts['years']}", facts
    if kind == "elsewhere" and not facts["buyers"]:
        return "elsewhere_0", facts
    return kind, facts


def _value(reader: Reader, kind: str, facts: Mapping[str, Any], name: str) -> str:
    value = facts[name]
    match name:
        case "terms":
            return reader.listed([_term(reader, kind, one, facts.get("described", 0)) for one in value])
        case "companies":
            return reader.listed(value)
        case "territory":
            return reader.territory(value)
        case "last":
            return reader.day(date.fromisoformat(value))
        case "similarity":
            return reader.cents(value)
        case "title" | "year" | "since":
            return str(value)
        case _:
            return reader.number(round(value, 2))


def _term(reader: Reader, kind: str, term: Mapping[str, Any], described: int) -> str:
    """How many of its releases are so. described: of how many, 0 where the share says nothing."""
    named: dict[str, Any] = {"name": _name(reader, kind, term["name"])}
    if not term["count"]:
        return reader.say(_NONE[kind], **named)
    films = reader.say_many(*_TERMS[kind], term["count"], count=reader.number(term["count"]), **named)
    if not described:
        return films
    share = reader.percent(term["count"] / described)
    if not term["hits"]:
        return reader.say("%(films)s (%(share)s)", films=films, share=share)
    return reader.say(
        "%(films)s (%(share)s, %(hits)s in the top quarter of the year)",
        films=films,
        share=share,
        hits=reader.number(term["hits"]),
    )


def _name(reader: Reader, kind: str, name: str) -> str:
    match kind:
        case "countries":
            return reader.territory(name)
        case "languages":
            return reader.language_name(name)
        case _:
            return name
