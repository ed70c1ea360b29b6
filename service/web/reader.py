"""Who reads: the language of the texts, and the forms of dates, numbers, money and names of places."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, format_timedelta, get_datetime_format
from babel.lists import format_list
from babel.numbers import format_compact_decimal, format_currency, format_decimal, format_percent
from babel.support import NullTranslations, Translations

from recommender.market.territories import TERRITORIES
from service.clock import now
from service.phrases import Phrase

__all__ = ["ZONE_COOKIE", "Reader", "reader_of"]

ZONE_COOKIE: Final = "reelmatch_zone"
"""The browser's time zone, set by app.js."""

_TEXTS: Final = Path(__file__).parent / "locale"
_DEFAULT: Final = Locale("en", "GB")
_TAG: Final = re.compile(
    r"\b([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\s*(?:;\s*q=([01](?:\.\d{1,3})?))?(?=\s*(?:,|$))"
)
_UTC: Final = ZoneInfo("UTC")
_ENGLISH: Final = NullTranslations()


@dataclass(frozen=True, slots=True)
class Reader:
    """How one reader is written to. locale: of formats; texts: the catalogue; zone: of the reader's clock."""

    locale: Locale = _DEFAULT
    zone: ZoneInfo = _UTC
    texts: NullTranslations = _ENGLISH

    @property
    def language(self) -> str:
        """Of the texts, for <html lang>."""
        return str(self.texts.info().get("language", "en"))

    def say(self, text: str, **values: object) -> str:
        """A text of the interface in the reader's language, its %(name)s filled in; a phrase brings its values."""
        if isinstance(text, Phrase):
            return text.said(self.texts.gettext, self._written)
        translated = self.texts.gettext(text)
        return translated % values if values else translated

    def say_many(self, one: str, many: str, number: int, **values: object) -> str:
        """A text of one or of many in the reader's language, its %(name)s filled in."""
        return self.texts.ngettext(one, many, number) % values

    def day(self, value: date) -> str:
        """A day, such as 28 Nov 2026."""
        return format_date(self._local(value), "medium", locale=self.locale)

    def weekday(self, value: date) -> str:
        """A day with its weekday, such as Saturday 28 November 2026."""
        return format_date(self._local(value), "full", locale=self.locale)

    def moment(self, value: datetime) -> str:
        """A day with its time in the reader's zone; the zone is named where it is UTC."""
        time = format_time(value, "short", tzinfo=self.zone, locale=self.locale)
        pattern = str(get_datetime_format("medium", locale=self.locale)).replace("'", "")
        text = pattern.format(time, self.day(value))
        return f"{text} UTC" if self.zone is _UTC else text

    def clock(self, value: datetime, zone: str = "") -> str:
        """The time of day, such as 14:30, in the reader's zone or in `zone` (an event's)."""
        return format_time(value, "short", tzinfo=ZoneInfo(zone) if zone else self.zone, locale=self.locale)

    def time_of_day(self, value: time) -> str:
        """A time that holds on every day, on the clock of the place that is meant."""
        return format_time(value, "short", locale=self.locale)

    def ago(self, value: datetime) -> str:
        """How long ago, such as 3 days ago."""
        return format_timedelta(value - now(), add_direction=True, locale=self.locale)

    def number(self, value: float | Decimal) -> str:
        """A number with the reader's separators."""
        return format_decimal(value, locale=self.locale)

    def compact(self, value: float | Decimal) -> str:
        """A large number in short, such as 1.2M."""
        return format_compact_decimal(value, fraction_digits=1, locale=self.locale)

    def percent(self, value: float, digits: int = 0) -> str:
        """A share of one as a percentage."""
        pattern = f"#,##0.{'0' * digits}%" if digits else None
        return format_percent(value, pattern, locale=self.locale)

    def cents(self, value: float) -> str:
        """A number with two digits after the point, for those that stand below each other."""
        return format_decimal(value, "#,##0.00", locale=self.locale)

    def score(self, value: float) -> str:
        """A figure between 0 and 1 with the three digits that it is read by."""
        return format_decimal(value, "0.000", locale=self.locale)

    def signed(self, value: float) -> str:
        """A difference with its sign, such as +0.25."""
        return format_decimal(value, "+0.00;-0.00", locale=self.locale)

    def money(self, amount: Decimal | float, currency: str = "USD") -> str:
        """An amount without its cents, which nobody in the trade reads."""
        return format_currency(
            amount, currency, "¤#,##0", currency_digits=False, locale=self.locale, decimal_quantization=True
        )

    def territory(self, code: str) -> str:
        """The name of a country; the code where the reader's locale has none."""
        return str(self.locale.territories.get(code, code))

    def territory_code(self, name: str) -> str:
        """The code of a country by its name in the reader's language or in English; anything else as it is."""
        return _codes(self.locale).get(name.strip().casefold(), name)

    def language_name(self, code: str) -> str:
        """The name of a language; the code where it is unknown."""
        return str(self.locale.languages.get(code, code))

    def listed(self, names: list[str]) -> str:
        """Several names as in a sentence."""
        return format_list(names, locale=self.locale)

    def _written(self, value: Any, form: str) -> str:
        """A value of a phrase, in the form that its template asks for."""
        if isinstance(value, Phrase):
            return self.say(value)
        if isinstance(value, date):
            return self.day(value)
        return self.number(value) if form == "," else format(value, form)

    def _local(self, value: date) -> date:
        return value.astimezone(self.zone).date() if isinstance(value, datetime) else value


def reader_of(headers: Mapping[str, str], cookies: Mapping[str, str]) -> Reader:
    """The reader behind these request headers and cookies; what is unknown or wrong is as if not sent."""
    accepted = _accepted(headers.get("accept-language", ""))
    locale = next((found for tag in accepted if (found := _locale(tag))), _DEFAULT)
    return Reader(locale, _zone(cookies.get(ZONE_COOKIE, "")), _texts(tuple(accepted)))


def _accepted(header: str) -> list[str]:
    """The tags of Accept-Language, dearest first."""
    found = _TAG.findall(header[:500])
    weighed = [(-float(weight or 1), position, tag) for position, (tag, weight) in enumerate(found)]
    return [tag for _, _, tag in sorted(weighed)]


@lru_cache(256)
def _locale(tag: str) -> Locale | None:
    try:
        found = Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return None
    # A bare `en` would be American.
    return _DEFAULT if str(found) == "en" else found


@lru_cache(64)
def _codes(locale: Locale) -> Mapping[str, str]:
    return {
        name.casefold(): code
        for names in (_DEFAULT.territories, locale.territories)
        for code, name in names.items()
        if code in TERRITORIES
    }


@lru_cache(256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name) if name in available_timezones() else _UTC


@lru_cache(256)
def _texts(tags: tuple[str, ...]) -> NullTranslations:
    return Translations.load(_TEXTS, [tag.replace("-", "_") for tag in tags])
