import pytest

from service.domain.words import ImportKind
from service.usecases.importing.columns import COLUMNS
from service.usecases.importing.mapping import guess_kind, guess_mapping


@pytest.mark.parametrize("kind", list(ImportKind))
def test_our_own_names_are_known(kind: ImportKind) -> None:
    names = [column.name for column in COLUMNS[kind]]
    assert guess_mapping(kind, names) == {name: name for name in names}
    assert guess_kind(names) is kind


@pytest.mark.parametrize(
    ("kind", "name", "ours"),
    [
        (ImportKind.FILMS, "FILM-ID", "film_id"),
        (ImportKind.FILMS, "Directed by", "directors"),
        (ImportKind.FILMS, "Sinopsis", "synopsis"),
        (ImportKind.FILMS, "Year of Production", "year"),
        (ImportKind.DISTRIBUTORS, "Company name", "name"),
        (ImportKind.DEALS, "MG", "guarantee"),
        (ImportKind.DEALS, "Box Office", "gross"),
        (ImportKind.RIGHTS, "Licence Start", "starts_on"),
        (ImportKind.RIGHTS, "Teritory", "territories"),
    ],
)
def test_other_names_and_slips_are_understood(kind: ImportKind, name: str, ours: str) -> None:
    assert guess_mapping(kind, [name]) == {name: ours}


@pytest.mark.parametrize("name", ["Budget €", "Budget (EUR)", "Minimum budget GBP", "budget_usd (£)"])
def test_amounts_in_another_currency_are_no_dollars(name: str) -> None:
    assert not {"budget_usd", "budget_min_usd"} & set(guess_mapping(ImportKind.FILMS, [name]).values())
    assert guess_mapping(ImportKind.DISTRIBUTORS, [name]) == {}


def test_amounts_in_dollars_or_without_a_currency_are() -> None:
    for name in ("Budget", "Budget $", "Budget USD", "BUDGET_USD"):
        assert guess_mapping(ImportKind.FILMS, [name]) == {name: "budget_usd"}
    assert guess_mapping(ImportKind.DEALS, ["MG €"]) == {"MG €": "guarantee"}


@pytest.mark.parametrize("name", ["x", "", "Internal remarks 7", "映画"])
def test_what_is_unlike_everything_stays_unmapped(name: str) -> None:
    assert guess_mapping(ImportKind.FILMS, [name]) == {}


def test_a_column_of_ours_is_given_once_and_to_its_own_name_first() -> None:
    assert guess_mapping(ImportKind.FILMS, ["Film title", "title"]) == {"title": "title"}


def test_a_header_that_fits_nothing_is_no_list() -> None:
    assert guess_kind(["a", "b"]) is None
