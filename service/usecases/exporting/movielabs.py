"""Sold rights as MovieLabs / EMA Avails, the form in which digital retailers are told what they may offer.

It covers digital retail only: est, tvod and svod become EST, VOD and SVOD. What has no place in it is left out:
all other media rights, what is held but not sold, and sales that are not active or have no first day. Exclusivity
has no column; it and the languages are told in LicenseRightsDescription.
"""

from __future__ import annotations

from typing import Final

from service.domain.catalogue import FilmRecord
from service.domain.rights import RightsGrant
from service.domain.words import Direction, GrantStatus, MediaRight
from service.tables_io.writing import Cell

__all__ = ["COLUMNS", "fits", "movielabs_row"]

COLUMNS: Final = (
    *("DisplayName", "StoreLanguage", "Territory", "WorkType", "EntryType", "TitleInternalAlias"),
    *("TitleDisplayUnlimited", "LocalizationType", "LicenseType", "LicenseRightsDescription"),
    *("FormatProfile", "Start", "End", "PriceType", "PriceValue", "SRP", "Description", "OtherTerms"),
    *("OtherInstructions", "ContentID", "ProductID", "EncodeID", "AvailID", "Metadata", "AltID"),
    *("SuppressionLiftDate", "SpecialPreOrderFulfillDate", "ReleaseYear", "ContractID"),
)

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
        "LicenseRightsDescription": _description(grant),
        "Start": max(filter(None, (grant.window.starts_on, grant.holdback_until))),
        "End": grant.window.ends_on or "Open",
        "ContentID": f"urn:eidr:{film.eidr}" if film.eidr else "",
        "AvailID": grant.grant_id,
        "AltID": film.imdb_id or film.film_id,
        "ReleaseYear": film.film.year,
        "ContractID": grant.deal_id,
    }
    return [known.get(name) for name in COLUMNS]


def _description(grant: RightsGrant) -> str:
    languages = f"; languages: {', '.join(grant.languages)}" if grant.languages else ""
    return f"{'Exclusive' if grant.exclusive else 'Non-exclusive'}{languages}"
