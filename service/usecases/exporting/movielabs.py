"""Sold rights as MovieLabs / EMA Avails 1.7.2, the form in which digital retailers are told what they may offer.

It covers digital retail only: est, tvod and svod become EST, VOD and SVOD. What has no place in it is left out:
all other media rights, what is held but not sold, and sales that are not active or have no first day. Exclusivity
has no column before 1.7.3; it is told in LicenseRightsDescription. FormatProfile, PriceType and PriceValue, which a
retailer needs too, are nobody's before the retailer and the licensor agree, and stay empty.

Two rows of names come first, as MovieLabs' own tools expect: to which part of an avail a column belongs, and which
it is. The sheet is called Movies.

Source: https://www.movielabs.com/md/avails and the mappings of spreadsheets in github.com/MovieLabs/mddf.
"""

from __future__ import annotations

from typing import Final

from service.domain.catalogue import FilmRecord
from service.domain.rights import RightsGrant
from service.domain.words import Direction, GrantStatus, MediaRight
from service.tables_io.writing import Cell

__all__ = ["COLUMNS", "SHEET", "fits", "movielabs_row"]

SHEET: Final = "Movies"

COLUMNS: Final = {
    "DisplayName": "Avail",
    "AssetLanguage": "AvailTrans",
    "Territory": "AvailTrans",
    "WorkType": "AvailAsset",
    "EntryType": "Disposition",
    "TitleInternalAlias": "AvailMetadata",
    "TitleDisplayUnlimited": "AvailMetadata",
    "LocalizationType": "AvailMetadata",
    "LicenseType": "AvailTrans",
    "LicenseRightsDescription": "AvailTrans",
    "FormatProfile": "AvailTrans",
    "Start": "AvailTrans",
    "End": "AvailTrans",
    "SpecialPreOrderFulfillDate": "AvailTrans",
    "PriceType": "AvailTrans",
    "PriceValue": "AvailTrans",
    "PriceCurrency": "AvailTrans",
    "SRP": "AvailTrans",
    "Description": "AvailTrans",
    "OtherTerms": "AvailTrans",
    "OtherInstructions": "AvailTrans",
    "ContentID": "AvailAsset",
    "TitleID": "AvailAsset",
    "EditID": "AvailAsset",
    "AltID": "AvailAsset",
    "AvailID": "Avail",
    "ALID": "Avail",
    "SuppressionLiftDate": "AvailTrans",
    "ReleaseYear": "AvailMetadata",
    "ContractID": "AvailTrans",
    "HoldbackLanguage": "AvailTrans",
    "AllowedLanguages": "AvailTrans",
}
"""Column -> the part of an avail that it belongs to."""

_LICENSE_TYPES: Final = {MediaRight.EST: "EST", MediaRight.TVOD: "VOD", MediaRight.SVOD: "SVOD"}


def fits(grant: RightsGrant) -> bool:
    """Whether a grant can be told in this form."""
    return (
        grant.direction is Direction.SOLD
        and grant.status is GrantStatus.ACTIVE
        and grant.media_right in _LICENSE_TYPES
        and grant.window.starts_on is not None
    )


def movielabs_row(grant: RightsGrant, film: FilmRecord, seller: str) -> list[Cell]:
    """As COLUMNS; seller: name of the agent."""
    known: dict[str, Cell] = {
        "DisplayName": seller,
        "Territory": grant.territory,
        "WorkType": "Movie",
        "EntryType": "Full Extract",
        "TitleInternalAlias": film.film.title,
        "TitleDisplayUnlimited": film.film.title,
        "LicenseType": _LICENSE_TYPES[grant.media_right],
        "LicenseRightsDescription": "Exclusive" if grant.exclusive else "Non-exclusive",
        "Start": max(filter(None, (grant.window.starts_on, grant.holdback_until))),
        "End": grant.window.ends_on or "Open",
        "ContentID": _logical_id("cid", film),
        "TitleID": film.eidr,
        "AltID": film.imdb_id or film.film_id,
        "AvailID": grant.grant_id,
        "ALID": _logical_id("alid", film),
        "ReleaseYear": film.film.year,
        "ContractID": grant.deal_id,
        "AllowedLanguages": ",".join(grant.languages),
    }
    return [known.get(name) for name in COLUMNS]


def _logical_id(kind: str, film: FilmRecord) -> str:
    """An identifier of MovieLabs' Common Metadata: by the film's EIDR, else by its id here."""
    if film.eidr:
        return f"md:{kind}:eidr-s:{film.eidr.partition('/')[2]}"
    return f"md:{kind}:org:reelmatch:{film.film_id}"
