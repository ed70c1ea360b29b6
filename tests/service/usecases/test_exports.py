from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from service.domain.deals import DealTerms, Money
from service.domain.imports import ImportCounts
from service.domain.matching import MatchRun
from service.domain.words import (
    CompanyKind,
    FeedbackKind,
    GrantStatus,
    ImportKind,
    MediaRight,
    Role,
    RunKind,
    Scope,
)
from service.errors import Forbidden, Invalid, NotFound
from service.security.actor import Actor, Seat
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.tables_io.writing import Cell, csv_chunks, xlsx_bytes
from service.usecases import exports, imports
from service.usecases.avails import AvailRow, AvailsQuery, film_avails
from service.usecases.exporting import movielabs
from service.usecases.exports import ExportFilter, ExportList
from service.usecases.feedback import NewFeedback, give_feedback
from tests.service import make
from tests.service.uploads import run

AGENT = Actor("ines", "ines", (Seat("agent", Role.MEMBER, frozenset({CompanyKind.SALES_AGENT})),))
BUYER = Actor(
    "bo", "bo", (Seat("buyer", Role.MEMBER, frozenset({CompanyKind.DISTRIBUTOR}), frozenset({"FR"})),)
)
RIVAL = Actor("rui", "rui", (Seat("rival", Role.MEMBER, frozenset({CompanyKind.SALES_AGENT})),))
ADMIN = Actor("root", "root", is_administrator=True)
TERMS = DealTerms(Money(Decimal(50_000), "EUR"), Decimal("0.25"), note="secret")


@pytest.fixture(autouse=True)
def market(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        make.trade(tx)
        tx.companies.add(make.company("rival", CompanyKind.SALES_AGENT))
        tx.films.add(make.film("reference", eidr="10.5240/1111-2222-3333-4444-5555-6"))
        tx.rights.add(make.held("film", "agent", grant_id="h", languages=("fr", "pt-BR")))
        tx.rights.add(make.held("film", "agent", grant_id="h-est", media_right=MediaRight.EST))
        tx.rights.add(make.sold("film", "agent", "buyer", grant_id="s-est", media_right=MediaRight.EST))
        signed = {"agent_id": "agent", "media_rights": (MediaRight.EST,), "window": make.years(2026, 2030)}
        outcome = {"admissions": 7, "gross": Money(Decimal("99.50"), "EUR")}
        tx.deals.add(make.deal("film", "fr", "private", **signed), TERMS)
        tx.deals.add(make.deal("film", "fr", "public", is_public=True, **signed, **outcome), TERMS)
        tx.feedback.add(
            make.feedback(FeedbackKind.PASSED, "film", "fr", "buyer", event_id="pass", reason="=1+1")
        )
        tx.commit()


def table(
    uow: UnitOfWorkFactory, actor: Actor, what: ExportList, where: ExportFilter | None = None
) -> list[dict[str, Cell]]:
    found = exports.export_table(uow, actor, Settings(), what, where or ExportFilter())
    return [dict(zip(found.header, row, strict=True)) for row in found.rows]


def ids(uow: UnitOfWorkFactory, actor: Actor, what: ExportList) -> list[Cell]:
    return [next(iter(row.values())) for row in table(uow, actor, what)]


def test_everybody_gets_what_they_may_see_and_no_more(uow: UnitOfWorkFactory) -> None:
    assert ids(uow, AGENT, ExportList.FILMS) == ["film", "reference"]
    assert ids(uow, RIVAL, ExportList.FILMS) == ["reference"]
    assert ids(uow, AGENT, ExportList.RIGHTS) == ["h", "h-est", "s-est"]
    assert ids(uow, BUYER, ExportList.RIGHTS) == ["s-est"]
    assert ids(uow, RIVAL, ExportList.RIGHTS) == []
    assert ids(uow, AGENT, ExportList.DEALS) == ["private", "public"]
    assert ids(uow, RIVAL, ExportList.DEALS) == ["public"]
    assert ids(uow, BUYER, ExportList.FEEDBACK) == ["pass"]
    assert ids(uow, AGENT, ExportList.FEEDBACK) == []
    assert ids(uow, RIVAL, ExportList.COMPANIES) == ["agent", "buyer", "rival"]


def test_terms_go_to_the_parties_alone(uow: UnitOfWorkFactory) -> None:
    for party in (AGENT, BUYER):
        assert {row["guarantee"] for row in table(uow, party, ExportList.DEALS)} == {Decimal(50_000)}
    for other in (RIVAL, ADMIN):
        (row,) = table(uow, other, ExportList.DEALS)
        told = {row[name] for name in ("guarantee", "commission", "terms_note", "admissions", "starts_on")}
        assert told == {None, ""}


def test_briefs_and_limits_are_left_out_where_they_are_private(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        profile = tx.distributors.get("fr")
        told = replace(profile.distributor, brief="Folk horror.")
        tx.distributors.update(replace(profile, distributor=told, budget_max_usd=Decimal(5)))
        tx.commit()
    where = ExportFilter(territory="FR")
    (own,) = table(uow, BUYER, ExportList.DISTRIBUTORS, where)
    assert (own["brief"], own["budget_max_usd"]) == ("Folk horror.", Decimal(5))
    (others,) = table(uow, AGENT, ExportList.DISTRIBUTORS, where)
    assert (others["brief"], others["budget_max_usd"]) == ("", None)


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        (ExportList.FILMS, ImportKind.FILMS),
        (ExportList.RIGHTS, ImportKind.RIGHTS),
        (ExportList.DEALS, ImportKind.DEALS),
    ],
)
def test_what_is_exported_can_be_imported_again_and_changes_nothing(
    uow: UnitOfWorkFactory, what: ExportList, kind: ImportKind
) -> None:
    found = exports.export_table(uow, AGENT, Settings(), what, ExportFilter(company_id="agent"))
    content = b"".join(csv_chunks(found.header, found.rows))
    file = imports.upload_file(uow, AGENT, name="x.csv", content=content, company_id=None)
    assert file.kind is kind
    done = imports.start_import(uow, AGENT, file.file.file_id, kind, mapping=None, dry_run=False).run
    assert done.counts == ImportCounts(total=done.counts.total, unchanged=done.counts.total)
    assert done.counts.total


@pytest.mark.parametrize("as_xlsx", [False, True], ids=["csv", "xlsx"])
def test_names_with_bars_and_apostrophes_are_imported_as_they_were(
    uow: UnitOfWorkFactory, *, as_xlsx: bool
) -> None:
    with uow() as tx:
        old = tx.films.get("film")
        film = replace(
            old.film,
            title="'=x",
            synopsis="''+1",
            directors=("Smith | Jones", "Ruz\\", "'-o"),
            genres=("=a", "b"),
        )
        tx.films.update(replace(old, film=film), expected=old.version)
        tx.commit()
    found = exports.export_table(uow, AGENT, Settings(), ExportList.FILMS, ExportFilter(company_id="agent"))
    content = (
        xlsx_bytes(found.header, found.rows) if as_xlsx else b"".join(csv_chunks(found.header, found.rows))
    )
    assert run(uow, AGENT, ImportKind.FILMS, content).counts == ImportCounts(total=1, unchanged=1)


def test_a_run_is_exported_by_the_company_that_asked(uow: UnitOfWorkFactory) -> None:
    match = {
        "rank": 1, "film_id": "film", "title": "=1+1", "distributor_id": "fr", "name": "Fr", "territory": "FR",
        "probability": 0.25, "reasons": [{"text": "It took three like it"}],
    }  # fmt: skip
    answers = {
        RunKind.MATCH: {"territories": [{"territory": "FR", "matches": [match]}]},
        RunKind.SUGGEST: {"suggestions": [{**match, "offered_since": "2026-01-01", "is_new": True}]},
    }
    with uow() as tx:
        for kind, answer in answers.items():
            tx.match_runs.add(MatchRun(kind.value, kind, "b1", 1, {}, answer, "ines", "agent", make.NOON))
        tx.commit()
    (row,) = table(uow, AGENT, ExportList.MATCHES, ExportFilter(run_id="match"))
    assert (row["probability"], row["reasons"], row["bundle_version"]) == (
        0.25,
        ["It took three like it"],
        "b1",
    )
    (row,) = table(uow, AGENT, ExportList.SUGGESTIONS, ExportFilter(run_id="suggest"))
    assert (row["film_id"], row["is_new"]) == ("film", True)
    with pytest.raises(NotFound):
        table(uow, RIVAL, ExportList.MATCHES, ExportFilter(run_id="match"))
    for run_id, message in (("", "no run is named"), ("suggest", "holds no match")):
        with pytest.raises(Invalid, match=message):
            table(uow, AGENT, ExportList.MATCHES, ExportFilter(run_id=run_id))


def test_avails_are_a_table_of_every_film_or_of_one(uow: UnitOfWorkFactory) -> None:
    rows = table(uow, AGENT, ExportList.AVAILS)
    assert {(row["film_id"], row["territory"], row["media_right"]) for row in rows} == {
        ("film", "FR", "theatrical"),
        ("film", "FR", "est"),
    }
    assert rows == table(uow, AGENT, ExportList.AVAILS, ExportFilter(film_id="film", territory="FR"))
    assert {row["status"] for row in rows} == {row.avail.status.value for row in shown(uow)}
    elsewhere = table(uow, AGENT, ExportList.AVAILS, ExportFilter(territory="DE"))
    assert {row["status"] for row in elsewhere} == {"unknown"}
    with pytest.raises(NotFound):
        table(uow, RIVAL, ExportList.AVAILS, ExportFilter(film_id="film"))


def shown(uow: UnitOfWorkFactory) -> tuple[AvailRow, ...]:
    return film_avails(uow, AGENT, Settings(), "film", AvailsQuery()).rows


def test_the_trail_merges_runs_and_requests_are_tables_too(uow: UnitOfWorkFactory) -> None:
    owner = replace(AGENT, seats=(replace(AGENT.seats[0], role=Role.OWNER),))
    request_for(uow)
    (asked,) = table(uow, AGENT, ExportList.MEETING_REQUESTS)
    assert (asked["film_id"], asked["message"], asked["state"]) == ("film", "Shall we meet?", "open")
    assert table(uow, RIVAL, ExportList.MEETING_REQUESTS) == []
    assert table(uow, owner, ExportList.AUDIT)[0]["company_id"] == "agent"
    assert table(uow, AGENT, ExportList.MATCH_RUNS) == table(uow, AGENT, ExportList.MERGES) == []
    with pytest.raises(NotFound):
        table(uow, owner, ExportList.AUDIT, ExportFilter(company_id="rival"))


def request_for(uow: UnitOfWorkFactory) -> None:
    asked = NewFeedback(FeedbackKind.MEETING_ASKED, "film", "fr", message="Shall we meet?")
    give_feedback(uow, replace(AGENT, user_id=None), [asked])


def test_a_condition_that_a_list_does_not_have_is_refused_and_not_forgotten(uow: UnitOfWorkFactory) -> None:
    with pytest.raises(Invalid, match="the list films cannot be narrowed by it") as refused:
        table(uow, AGENT, ExportList.FILMS, ExportFilter(film_id="film"))
    assert refused.value.problems[0].field == "film_id"


def avails(uow: UnitOfWorkFactory) -> list[dict[str, Cell]]:
    """What is filled of each avail, below the two rows of names."""
    found = exports.export_table(uow, AGENT, Settings(), ExportList.MOVIELABS, ExportFilter())
    names, *rows = found.rows
    assert found.sheet == "Movies"
    assert dict(zip(names, found.header, strict=True)) == movielabs.COLUMNS
    return [
        {str(name): cell for name, cell in zip(names, row, strict=True) if cell not in (None, "")}
        for row in rows
    ]


def test_sold_digital_rights_become_avails_of_movielabs(uow: UnitOfWorkFactory) -> None:
    (row,) = avails(uow)
    assert row == {
        "DisplayName": "Agent",
        "Territory": "FR",
        "WorkType": "Movie",
        "EntryType": "Full Extract",
        "TitleInternalAlias": "The Film",
        "TitleDisplayUnlimited": "The Film",
        "LicenseType": "EST",
        "LicenseRightsDescription": "Exclusive",
        "Start": date(2026, 1, 1),
        "End": date(2030, 12, 31),
        "ContentID": "md:cid:org:reelmatch:film",
        "AltID": "film",
        "AvailID": "s-est",
        "ALID": "md:alid:org:reelmatch:film",
        "ReleaseYear": 2025,
    }


def test_an_avail_names_the_eidr_and_the_languages(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        record = tx.films.get("film")
        tx.films.update(replace(record, eidr="10.5240/7777-2222-3333-4444-5555-6", imdb_id="tt0000007"))
        tx.rights.update(replace(tx.rights.get("s-est"), languages=("fr", "nl")))
        tx.commit()
    (row,) = avails(uow)
    assert (row["AllowedLanguages"], row["AltID"]) == ("fr,nl", "tt0000007")
    assert row["TitleID"] == "10.5240/7777-2222-3333-4444-5555-6"
    assert row["ALID"] == "md:alid:eidr-s:7777-2222-3333-4444-5555-6"
    assert row["ContentID"] == "md:cid:eidr-s:7777-2222-3333-4444-5555-6"


def test_what_avails_of_movielabs_cannot_say_is_left_out(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        grant = tx.rights.get("s-est")
        tx.rights.update(replace(grant, status=GrantStatus.PENDING))
        tx.rights.add(make.sold("film", "agent", "buyer", grant_id="cinema", languages=("fr",)))
        tx.commit()
    assert avails(uow) == []


def test_a_program_needs_the_scope(uow: UnitOfWorkFactory) -> None:
    with pytest.raises(Forbidden, match="export"):
        table(uow, replace(AGENT, scopes=frozenset({Scope.READ})), ExportList.FILMS)
    assert table(uow, replace(AGENT, scopes=frozenset({Scope.READ, Scope.EXPORT})), ExportList.FILMS)
