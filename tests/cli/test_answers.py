from recommender.cli.answers import matches_text, similar_text, suggestions_text
from recommender.cli.words import WIDTH, columns
from recommender.market.domain import Denied, Outlook, Reason
from recommender.matching.matcher import Matches, SimilarFilm
from tests.cli.samples import OATH, WINTER, match

SECOND = match(
    rank=2,
    probability=0.004,
    name="Comet",
    distributor_id="fr-comet",
    reasons=(),
    comparables=(),
    outlook=Outlook(0, None, None),
)


def test_a_match_shows_chance_reasons_comparables_and_outlook() -> None:
    text = matches_text("Letters from the Tide", "FR", Matches((match(), SECOND), eligible=2))
    assert text == (
        "Letters from the Tide in FR: 2 eligible distributors\n"
        "\n"
        "   1  Lumen Films   31 % (about 1 in 3)    fr-lumen\n"
        "      + has released 3 French dramas since 2009, two in its top quarter\n"
        "      + worked with this director before\n"
        "      - has had few releases of late\n"
        "      like it: Winter Tenants (2010), FR 2011 (did better than 82 % there that year); The\n"
        "               Beekeeper's Oath, FR 2012\n"
        "      outlook: 3 comparable releases by it, 67 % did better than the median of FR, the middle one\n"
        "               better than 71 % of the releases there\n"
        "\n"
        "   2  Comet        0.4 % (about 1 in 250)  fr-comet"
    )


def test_a_list_that_was_cut_says_how_many_there_are() -> None:
    text = matches_text("Tide", "FR", Matches((match(),), eligible=12))
    assert text.startswith("Tide in FR: the first 1 of 12 eligible distributors\n")


def test_a_film_sold_there_says_so_and_ranks_nobody() -> None:
    sold = "the film was released in FR on 2011-01-12 by fr-lumen"
    assert (
        matches_text("f02", "FR", Matches((), eligible=0, sold=Denied("film_released", sold)))
        == f"f02 in FR: {sold}"
    )


def test_the_strongest_reasons_come_first_and_a_strong_one_against_is_not_hidden() -> None:
    reasons = tuple(Reason("g", f"speaks for it {n}", 0.1 * n) for n in range(1, 7))
    against = Reason("g", "has not released a documentary since 2012", -3.0)
    text = matches_text("Tide", "FR", Matches((match(reasons=(*reasons, against)),), 1))
    marked = [line.strip() for line in text.splitlines() if line.strip().startswith(("+", "-"))]
    assert marked[0] == "- has not released a documentary since 2012"
    assert marked[1:] == [f"+ speaks for it {n}" for n in (6, 5, 4, 3)]
    assert "      and 2 weaker reasons" in text


def test_an_outlook_without_outcomes_says_that_they_are_unknown() -> None:
    text = matches_text("Tide", "FR", Matches((match(outlook=Outlook(1, None, None)),), 1))
    assert "outlook: 1 comparable release by it, outcome unknown" in text


def test_columns_stay_aligned_and_narrow_beside_wide_and_endless_names() -> None:
    names = ("Lumen", "京城電影發行公司", "قيس للتوزيع", "E" * 5000)
    matches = tuple(match(rank=n + 1, name=name, reasons=()) for n, name in enumerate(names))
    lines = matches_text("T" * 5000, "FR", Matches(matches, len(matches))).splitlines()
    heads = [line for line in lines if line.endswith("fr-lumen")]
    assert len({columns(head.partition("31 %")[0]) for head in heads}) == 1
    assert max(map(columns, lines)) <= WIDTH


def test_nothing_in_the_data_can_steer_the_terminal() -> None:
    evil = "\x1b]0;owned\x07\x1b[2J\u202e\r\n"
    reason = Reason("genre", evil, 0.5)
    found = match(name=evil, title=evil, film_id=f"f{evil}", distributor_id=f"d{evil}", reasons=(reason,))
    film = SimilarFilm(f"f{evil}", evil, 2010, 0.5, (WINTER,))
    texts = [
        matches_text(evil, "FR", Matches((found,), 1)),
        matches_text("f02", "FR", Matches((), 0, Denied("film_sold", f"sold by {evil}"))),
        suggestions_text(f"d{evil}", (found,)),
        suggestions_text(evil, ()),
        similar_text(f"f{evil}", (film,)),
    ]
    for text in texts:
        assert not set(text) & set("\x1b\x07\r\u202e")


def test_suggestions_are_films_with_their_two_strongest_reasons() -> None:
    text = suggestions_text("fr-lumen", (match(),))
    assert text == (
        "Lumen Films in FR: 1 film, the likeliest first\n"
        "\n"
        "   1  Letters from the Tide  31 % (about 1 in 3)  f12\n"
        "      + has released 3 French dramas since 2009, two in its top quarter\n"
        "      + worked with this director before\n"
        "        and 1 weaker reason"
    )


def test_a_distributor_that_has_released_everything_is_told_so() -> None:
    assert suggestions_text("fr-lumen", ()) == "fr-lumen: no film is left that it has not released."


def test_similar_films_come_with_who_released_them() -> None:
    films = (
        SimilarFilm("f02", "Winter Tenants", 2010, 0.712, (WINTER, OATH)),
        SimilarFilm("f11", "קיץ אחרון", None, 0.4, ()),
    )
    assert similar_text("f12", films) == (
        "Films like f12, by cosine similarity\n"
        "\n"
        " 0.71  Winter Tenants (2010)  f02\n"
        "       FR 2011 fr-lumen (did better than 82 % there that year); FR 2012 fr-lumen\n"
        "\n"
        " 0.40  קיץ אחרון              f11\n"
        "       no release known"
    )


def test_many_releases_of_a_similar_film_are_counted() -> None:
    film = SimilarFilm("f02", "Winter Tenants", 2010, 0.7, (OATH,) * 9)
    assert similar_text("f12", (film,)).endswith("; and 5 more")


def test_no_similar_film_is_an_answer_too() -> None:
    assert similar_text("f12", ()) == "No film is like f12."
