"""What to say in a meeting, to each side in its own words, on pages and in files."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

import icalendar
import pypdf
import pytest
from babel import Locale

from recommender.market.domain import Reason
from recommender.meetings.domain import Slot
from recommender.meetings.talk import Shared, TalkingPoint
from service.domain.events import Event, EventTable, Participant
from service.domain.schedules import Schedule
from service.domain.words import ScheduleState
from service.usecases.events.agendas import Agenda, AgendaItem
from service.usecases.events.talking import Talk
from service.usecases.exporting.agenda_ics import agenda_ics
from service.usecases.exporting.agenda_pdf import agendas_pdf
from service.web.reader import Reader
from service.web.talks import _SHARED, talk_in_words
from service.web.wording import wording_of

ACTIVE = Reason(
    "activity",
    "3 releases in the last two years",
    1.0,
    (),
    "activity",
    {"recent": 3, "total": 9, "last": "2026-02-03"},
)
POINT = TalkingPoint(
    film_id="tide",
    title="Tide",
    distributor_id="fr-lumen",
    name="Lumen",
    probability=0.2,
    reasons=(ACTIVE,),
    shared=(Shared("people", (("Winter Tenants", 2010), ("The Oath", 2012))),),
    did_better=0.71,
)
TO_SELLER, TO_BUYER = (Talk("other", "FR", POINT, sells) for sells in (True, False))
STARTS = datetime(2026, 5, 14, 7, tzinfo=UTC)


@pytest.fixture
def agenda() -> Agenda:
    """One meeting about one film, in Berlin."""
    event = Event("event", "org", "Spring Market", "Europe/Berlin", date(2026, 5, 14), date(2026, 5, 15))
    slot = Slot("sl1", date(2026, 5, 14), STARTS, STARTS + timedelta(minutes=30))
    item = AgendaItem(
        slot,
        EventTable("t1", hall="North"),
        Participant("other", "buyer", "Lumen"),
        0.4,
        (("tide", "Tide"),),
        None,
        None,
    )
    schedule = Schedule("schedule", "event", 2, ScheduleState.PUBLISHED, "ann", STARTS, report={})
    return Agenda(event, Participant("me", "seller", "Alba"), schedule, (item,))


def test_the_seller_reads_what_speaks_for_the_buyer_and_the_buyer_of_its_own_releases() -> None:
    assert talk_in_words(Reader(), TO_SELLER) == [
        "It released 3 films in the last two years, 9 in all, the last on 3 Feb 2026",
        "Its releases like this film did better than 71% of the territory's year (median)",
    ]
    assert talk_in_words(Reader(), TO_BUYER) == [
        "It shares its director or cast with your Winter Tenants (2010) and The Oath (2012)",
        "Your releases like this film did better than 71% of the territory's year (median)",
    ]


@pytest.mark.parametrize("group", _SHARED)
def test_whatever_is_shared_has_a_sentence(group: str) -> None:
    assert "The Oath" in str(Shared(group, (("The Oath", 2012),)))
    assert "The Oath" in _SHARED[group] % {"releases": "The Oath"}


def test_the_printed_agenda_ends_with_what_to_say_in_the_readers_formats(agenda: Agenda) -> None:
    french = wording_of(Reader(Locale("fr", "FR")))
    (page,) = pypdf.PdfReader(io.BytesIO(agendas_pdf("Alba", [agenda], [TO_SELLER], french))).pages
    text = " ".join(page.extract_text().split())
    assert "jeudi 14 mai 2026" in text
    assert "09:00–09:30" in text
    assert (
        "Tide (France): It released 3 films in the last two years, 9 in all, the last on 3 févr. 2026."
        in text
    )


def test_the_calendar_says_it_line_by_line(agenda: Agenda) -> None:
    found = icalendar.Calendar.from_ical(agenda_ics(agenda, (), [TO_BUYER], wording_of(Reader())))
    (meeting,) = found.walk("VEVENT")
    lines = str(meeting["description"]).splitlines()
    assert lines[0] == "Films: Tide"
    assert lines[1].startswith("Tide: It shares its director or cast with your Winter Tenants")
