from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from service import clock
from service.domain.words import FeedbackKind, GrantStatus, Stage
from service.errors import Conflict, Invalid, NotFound, PreconditionFailed, RightsConflict
from service.store.repositories.bulk import Upserted
from service.store.repositories.films import FilmFilter, Visibility
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.service import make

WHOLE = make.film(
    "whole",
    "agent",
    original_title="手紙番のきつね",
    synopsis_language="ja",
    genres=("Animation", "Family"),
    countries=("JP", "FR"),
    languages=("ja",),
    directors=("Ryōhei Tsukigane",),
    cast=("Kaede Shirahoshi", 'A, B | {C} "D" \\E'),
    production_companies=("Studio Hotarubi",),
    sales_agent="Inkstone Rights",
    stage=Stage.POST_PRODUCTION,
    logline="A fox keeps the mail.",
    budget_usd=Decimal("1250000.50"),
    festivals=("Annecy 2026",),
    eidr="10.5240/7791-8534-2C23-9030-8610-5",
    isan="0000-0000-3A8D-0000-Z-0000-0000-6",
    imdb_id="tt0111161",
    tmdb_id="278",
)


@pytest.fixture
def tx(uow: UnitOfWorkFactory) -> Any:
    with uow() as tx:
        make.trade(tx)
        yield tx


def _ids(tx: UnitOfWork, **fields: Any) -> list[str]:
    return [record.film_id for record in tx.films.list(where=FilmFilter(**fields)).items]


def test_a_film_comes_back_as_stored(tx: UnitOfWork) -> None:
    added = tx.films.add(WHOLE)
    assert replace(added, created_at=None, updated_at=None) == WHOLE
    assert tx.films.get("whole") == added
    assert tx.films.find(["whole", "nothing"]) == {"whole": added}


def test_a_film_stored_in_bulk_comes_back_the_same(tx: UnitOfWork) -> None:
    tx.films.upsert_many([WHOLE])
    assert replace(tx.films.get("whole"), created_at=None, updated_at=None) == WHOLE


@pytest.mark.parametrize("name", ["eidr", "isan", "imdb_id", "tmdb_id"])
def test_an_identifier_belongs_to_one_film(tx: UnitOfWork, name: str) -> None:
    tx.films.add(WHOLE)
    assert tx.films.identified(**{name: getattr(WHOLE, name)}) == tx.films.get("whole")
    with pytest.raises(Conflict, match="another film has this") as raised:
        tx.films.add(make.film("other", **{name: getattr(WHOLE, name)}))
    assert raised.value.field == name


def test_films_without_identifiers_do_not_disturb_each_other(tx: UnitOfWork) -> None:
    tx.films.add(make.film("one"))
    tx.films.add(make.film("two"))
    assert tx.films.identified(imdb_id="", tmdb_id="") is None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"eidr": "10.5240/XXXX"}, "eidr"),
        ({"isan": "none"}, "isan"),
        ({"imdb_id": "0111161"}, "imdb_id"),
        ({"tmdb_id": "0"}, "tmdb_id"),
        ({"year": 1492}, "year"),
        ({"title": " "}, "title"),
        ({"synopsis": "x" * 20_001}, "synopsis"),
        ({"budget_usd": Decimal(-1)}, "budget_usd"),
        ({"film_id": "x" * 201}, "film_id"),
        ({"owner_id": "nobody"}, "owner_id"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_no_film_can_have_is_refused(tx: UnitOfWork, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as raised:
        tx.films.add(make.film(**{"film_id": "other", **fields}))
    assert raised.value.problems[0].field == field
    assert raised.value.problems[0].remedy


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"genres": ("".join(map(str, range(4_000))),)}, "too long to be stored"),
        ({"directors": ("x" * 10_001,) * 2}, "directors: it is empty or too long"),
        ({"title": "half \ud83d"}, "half of a character"),
        ({"year": 10**12}, "cannot be stored"),
        ({"budget_usd": Decimal("Infinity")}, "cannot be stored"),
    ],
    ids=["genre", "directors", "title", "year", "budget"],
)
def test_what_no_database_can_hold_is_refused_with_words(
    tx: UnitOfWork, fields: dict[str, Any], words: str
) -> None:
    with pytest.raises(Invalid, match=words), tx.savepoint():
        tx.films.add(make.film("other", **fields))
    with pytest.raises(Invalid, match=words):
        tx.films.upsert_many([make.film("other", **fields)])


def test_films_are_listed_by_what_they_are(tx: UnitOfWork) -> None:
    tx.films.add(WHOLE)
    tx.films.add(make.film("old", year=1999, genres=("Drama",), countries=("FR",)))
    assert _ids(tx) == ["film", "whole", "old"]
    assert _ids(tx, owner_id="agent") == ["film", "whole"]
    assert _ids(tx, stage=Stage.POST_PRODUCTION) == ["whole"]
    assert _ids(tx, year_from=2000) == ["film", "whole"]
    assert _ids(tx, year_to=2000) == ["old"]
    assert _ids(tx, genre="Drama") == ["old"]
    assert _ids(tx, country="FR") == ["whole", "old"]
    assert _ids(tx, query="きつね") == ["whole"]
    assert _ids(tx, query="the OLD") == ["old"]


def test_films_are_found_however_their_accents_are_typed(tx: UnitOfWork) -> None:
    for key, title in {
        "composed": "Am\u00e9lie",
        "decomposed": "Ame\u0301lie",
        "signs": "100 % \u00c0_b",
    }.items():
        tx.films.add(make.film(key, title=title))
    for typed in ("amelie", "AM\u00c9LIE", "ame\u0301li"):
        assert _ids(tx, query=typed) == ["composed", "decomposed"]
    assert _ids(tx, query="0 % a_B") == ["signs"]
    assert _ids(tx, query="0 % a.b") == _ids(tx, query="100%") == []


def test_reference_films_are_seen_by_all_and_owned_ones_by_those_concerned(tx: UnitOfWork) -> None:
    tx.companies.add(make.company("outsider"))
    tx.distributors.add(make.profile("jp", "outsider", "JP"))
    tx.films.add(make.film("reference"))
    tx.films.add(make.film("offered", "agent"))
    tx.rights.add(make.held("offered", "agent", territory="FR"))
    tx.films.add(make.film("bought", "agent"))
    tx.rights.add(make.held("bought", "agent", territory="JP"))
    tx.deals.add(make.deal("bought", "jp", agent_id="agent"))
    tx.rights.update(replace(tx.rights.of_film("bought")[0], window=make.years(2020, 2026)))

    def seen(*company_ids: str, territories: tuple[str, ...] = ()) -> list[str]:
        who = Visibility(company_ids, territories)
        listed = _ids(tx, visible_to=who)
        every = ("film", "reference", "offered", "bought")
        assert listed == [film_id for film_id in every if tx.films.may_see(film_id, who)]
        assert tx.films.seen_of([*every, "none"], who) == frozenset(listed)
        return listed

    with clock.frozen_at(datetime(2027, 6, 1, tzinfo=UTC)):
        assert seen() == ["reference"]
        assert seen("agent") == ["film", "reference", "offered", "bought"]
        assert seen("buyer", territories=("FR", "DE")) == ["reference", "offered"]
        assert seen("outsider", territories=("JP",)) == ["reference", "bought"]
    with clock.frozen_at(datetime(2040, 1, 1, tzinfo=UTC)):
        assert seen("buyer", territories=("FR",)) == ["reference"]


def test_rights_that_are_not_active_offer_nothing(tx: UnitOfWork) -> None:
    tx.rights.add(make.held("film", "agent", status=GrantStatus.DRAFT))
    assert not tx.films.may_see("film", Visibility(["buyer"], ["FR"]))
    assert not tx.films.may_see("nothing", Visibility(["agent"], ["FR"]))


def test_owners_are_told_for_the_films_that_exist(tx: UnitOfWork) -> None:
    tx.films.add(make.film("reference"))
    assert tx.films.owners(["film", "reference", "nothing"]) == {"film": "agent", "reference": None}


def test_a_change_names_the_version_it_was_made_from(tx: UnitOfWork) -> None:
    seen = tx.films.get("film")
    with clock.frozen_at(make.NOON):
        changed = tx.films.update(replace(seen, logline="New."), expected=1)
    assert (changed.version, changed.logline, changed.updated_at) == (2, "New.", make.NOON)
    with pytest.raises(PreconditionFailed):
        tx.films.update(replace(seen, logline="Other."), expected=1)
    with pytest.raises(NotFound):
        tx.films.update(make.film("nothing"))
    with pytest.raises(PreconditionFailed):
        tx.films.delete("film", expected=1)
    tx.films.delete("film", expected=2)


def test_the_same_rows_twice_change_nothing(tx: UnitOfWork) -> None:
    many = [make.film(f"f{number}", "agent", genres=("Drama",)) for number in range(20)]
    assert tx.films.upsert_many(many) == Upserted(added=20)
    assert tx.films.upsert_many(many) == Upserted(unchanged=20)
    assert tx.films.upsert_many([replace(many[0], budget_usd=Decimal(5)), *many[1:]]) == Upserted(0, 1, 19)
    assert tx.films.upsert_many([]) == Upserted()


def test_two_rows_with_one_id_are_refused(tx: UnitOfWork) -> None:
    with pytest.raises(Conflict, match="'twin' comes 2 times"):
        tx.films.upsert_many([make.film("twin"), make.film("twin", title="Other")])


def test_a_bad_row_in_bulk_names_its_field(tx: UnitOfWork) -> None:
    with pytest.raises(Invalid, match="year"):
        tx.films.upsert_many([make.film("fine"), make.film("bad", year=1)])


def test_a_merged_film_hands_over_rights_deals_and_feedback(tx: UnitOfWork) -> None:
    tx.films.add(make.film("double", "agent"))
    tx.rights.add(make.held("film", "agent"))
    tx.rights.add(make.held("double", "agent", territory="DE"))
    tx.deals.add(make.deal("double", "de", "deal", agent_id="agent"))
    passed = tx.feedback.add(make.feedback(FeedbackKind.PASSED, "double", "fr", "buyer"))
    tx.feedback.add(make.feedback(FeedbackKind.UNDONE, "double", "fr", "buyer", undoes=passed.event_id))
    tx.merges.absorb_film("film", "double")
    tx.check()
    assert tx.deals.get("deal").film_id == "film"
    assert {grant.territory for grant in tx.rights.of_film("film")} == {"FR", "DE"}
    assert {event.film_id for event in tx.feedback.list().items} == {"film"}
    with pytest.raises(NotFound):
        tx.films.get("double")


def test_films_whose_rights_contradict_each_other_are_not_merged(tx: UnitOfWork) -> None:
    tx.films.add(make.film("double", "agent"))
    tx.rights.add(make.held("film", "agent"))
    tx.rights.add(make.held("double", "agent"))
    with pytest.raises(RightsConflict):
        tx.merges.absorb_film("film", "double")


def test_all_films_can_be_read_in_one_go(tx: UnitOfWork) -> None:
    tx.films.upsert_many([make.film(f"f{number}") for number in range(30)])
    assert [record.film_id for record in tx.films.stream()] == [
        "film",
        *(f"f{number}" for number in range(30)),
    ]
