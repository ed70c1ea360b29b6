"""What an organiser and a participant send that cannot be done is told where it was typed, and changes nothing."""

from __future__ import annotations

from recommender.meetings.difference import difference
from recommender.meetings.domain import Lock, Wish
from service.domain.events import Event
from service.domain.words import EventStatus
from service.settings import Settings
from service.usecases.events import editing, schedules, setup, wishes
from tests.service.organising import ORGANISER, carry_out_plans, import_csv
from tests.service.world import World


def meetings_of(world: World, event: Event) -> int:
    return len(schedules.get_schedule(world.uow, ORGANISER, event.event_id).meetings)


def test_a_change_by_hand_names_what_is_wrong_with_it(world: World, drafted: Event) -> None:
    browser, place = world.sign_in("marche-owner"), f"/events/{drafted.event_id}/schedule"
    unknown = {"kind": "add", "seller": "Nobody", "buyer": "b1", "slot": "a3", "table": "t1"}
    answer = browser.get(f"{place}/change", params=unknown)
    assert answer.status_code == 422
    assert "nobody of this event is called Nobody" in answer.text
    twice = {"kind": "add", "seller": "Alba Films", "buyer": "Lumen", "slot": "a3", "table": "t1"}
    shown = browser.get(f"{place}/change", params=twice)
    assert "This cannot be done:" in shown.text
    assert browser.post(f"{place}/change", data=twice).status_code == 409
    assert browser.get(f"{place}/meeting?seller=s1&buyer=s2").status_code == 404
    assert browser.post(f"{place}/change", data={"kind": "explode"}).status_code == 422
    assert meetings_of(world, drafted) == 4


def test_a_must_is_given_up_only_when_that_was_said(world: World, drafted: Event) -> None:
    import_csv(world.uow, drafted, "wishes", "participant_id,other_id,wish\ns2,b2,must\n")
    browser, place = world.sign_in("marche-owner"), f"/events/{drafted.event_id}/schedule/change"
    cancel = {"kind": "cancel", "seller": "s2", "buyer": "b2"}
    answer = browser.post(place, data=cancel)
    assert answer.status_code == 409
    assert "This would be lost:" in answer.text
    assert meetings_of(world, drafted) == 4
    browser.post(place, data={**cancel, "despite_soft": "yes"})
    assert meetings_of(world, drafted) == 3
    shown = browser.get(f"/events/{drafted.event_id}").text
    assert "the bound of version 1 holds no longer" in shown
    assert "Plan again to know how near they are" in shown


def test_a_version_that_breaks_a_rule_by_now_is_not_published(world: World, drafted: Event) -> None:
    import_csv(world.uow, drafted, "wishes", "participant_id,other_id,wish\ns1,b1,no_go\n")
    browser, place = world.sign_in("marche-owner"), f"/events/{drafted.event_id}"
    answer = browser.post(f"{place}/versions/publish", data={"number": "1"})
    assert answer.status_code == 409
    assert "Alba Films and Lumen must not meet" in answer.text.replace("&#39;", "'")
    assert "1 rules are broken" in browser.get(f"{place}/schedule").text
    stale = browser.post(f"{place}/versions/publish", data={"number": "1", "version": "99"})
    assert stale.status_code in (409, 412)
    assert schedules.list_schedules(world.uow, ORGANISER, drafted.event_id)[0].state == "draft"


def test_what_happened_needs_somebody_and_a_time(world: World, drafted: Event) -> None:
    browser, place = world.sign_in("marche-owner"), f"/events/{drafted.event_id}/incidents"
    for sent in (
        {"kind": "drop_out", "who": "Nobody"},
        {"kind": "late", "who": "Lumen", "until": "soon"},
        {"kind": "table", "table": "t99"},
    ):
        assert browser.post(place, data=sent).status_code == 422
    assert len(schedules.list_schedules(world.uow, ORGANISER, drafted.event_id)) == 1


def test_what_happened_while_a_plan_is_being_made_is_noted_and_said(world: World, drafted: Event) -> None:
    browser, place = world.sign_in("marche-owner"), f"/events/{drafted.event_id}/incidents"
    # The time is asked for on the clock of the event, which is two hours ahead of UTC.
    assert 'value="2026-05-14T09:00"' in browser.get(place).text
    assert browser.post(f"/events/{drafted.event_id}/plan", data={"evenness": "0"}).is_success
    answer = browser.post(place, data={"kind": "table", "table": "t1"})
    assert "Table t1 is gone. It is noted, but not planned again yet" in answer.text
    assert '<option value="t1"' not in browser.get(place).text


def test_what_happened_is_planned_from_what_is_published_and_the_page_says_so(
    world: World, drafted: Event, api_settings: Settings
) -> None:
    key, given = drafted.event_id, (world.uow, ORGANISER, drafted.event_id)
    schedules.publish(*given, 1, None)
    editing.change_schedule(*given, editing.Cancel("s2", "b2"), None)
    wishes.lock(*given, Lock("s1", "b1", "a1"))
    browser, place = world.sign_in("marche-owner"), f"/events/{key}/incidents"
    page = browser.get(place).text
    assert "planned again from version 1, which is published" in page
    assert "Version 2, a later draft, is not what people have" in page
    late = {"kind": "late", "who": "Lumen", "until": "2026-05-14T09:30"}
    assert "no longer fixed: the meetings with Alba Films" in browser.post(place, data=late).text
    carry_out_plans(world.uow, api_settings)
    latest = schedules.list_schedules(*given)[0]
    assert (latest.number, latest.based_on) == (3, 1)
    before, after = (schedules.get_schedule(*given, number).meetings for number in (1, 3))
    assert latest.report["changed"] == difference(before, after).changed


def test_an_event_is_closed_opened_and_deleted_by_its_name_only(world: World, drafted: Event) -> None:
    browser, place = world.sign_in("marche-owner"), f"/events/{drafted.event_id}"
    browser.post(f"{place}/status", data={"status": "closed"})
    assert "The event is closed." in browser.get(place).text
    assert browser.post(f"{place}/plan", data={"evenness": "0"}).status_code == 422
    reopened = browser.get(f"{place}/facts")
    assert "Open it again" in reopened.text
    browser.post(f"{place}/status", data={"status": "planning"})
    assert setup.get_event(world.uow, ORGANISER, drafted.event_id).event.status is EventStatus.PLANNING
    refused = browser.post(f"{place}/delete", data={"name": "another"})
    assert refused.status_code == 422
    assert 'aria-invalid="true" aria-describedby="e-typed"' in refused.text
    assert "is deleted." in browser.post(f"{place}/delete", data={"name": drafted.name}).text
    assert browser.get(place).status_code == 404


def test_a_participant_declines_with_a_reason_only_and_for_itself_only(world: World, drafted: Event) -> None:
    schedules.publish(world.uow, ORGANISER, drafted.event_id, 1, None)
    browser = world.sign_in("alba-member")
    own = {"event": drafted.event_id, "who": "s1", "other": "b1"}
    refused = browser.post("/agenda/answer", data={**own, "answer": "declined"})
    assert refused.status_code == 422
    assert "a decline needs a reason" in refused.text
    others = {**own, "who": "s2", "answer": "accepted"}
    assert browser.post("/agenda/answer", data=others).status_code == 404
    gone = browser.post("/agenda/answer", data={**own, "other": "s2", "answer": "accepted"})
    assert "This meeting was moved or cancelled." in gone.text
    assert browser.post("/agenda/outcome", data={**others, "attendance": "held"}).status_code == 404
    assert browser.post("/agenda/outcome", data={**own, "attendance": "perhaps"}).status_code == 422


def test_what_another_one_just_changed_is_not_overwritten(world: World, drafted: Event) -> None:
    browser, place = world.sign_in("marche-owner"), f"/events/{drafted.event_id}"
    hall = {"table_id": "t1", "todo": "change", "hall": "North", "version": "1"}
    assert browser.post(f"{place}/places/tables/change", data=hall).status_code == 200
    for todo in ("change", "close", "remove"):
        late = browser.post(f"{place}/places/tables/change", data={**hall, "hall": "South", "todo": todo})
        assert late.status_code == 409
        assert "meanwhile" in late.text
    with world.uow() as tx:
        one, other = tx.venues.tables(drafted.event_id)
    assert (one.hall, one.closed, one.version, other.version) == ("North", False, 2, 1)

    away = {"away-a1": "yes", "version": "1"}
    assert browser.post(f"{place}/participant/absences?id=b2", data=away).status_code == 200
    late = browser.post(f"{place}/participant/absences?id=b2", data={"version": "1"})
    assert late.status_code == 409
    assert 'name="away-a1" value="yes" checked' in late.text

    stale = browser.post(f"{place}/versions/delete", data={"number": "1", "version": "99"})
    assert stale.status_code == 409
    assert meetings_of(world, drafted) == 4
    page = browser.get(f"{place}/versions").text
    assert 'name="version" value="1"' in page
    assert 'Publish<span class="only-read"> version 1</span></button>' in page
    browser.post(f"{place}/versions/delete", data={"number": "1", "version": "1"})
    assert not schedules.list_schedules(world.uow, ORGANISER, drafted.event_id)


def test_an_organiser_reads_all_answers_and_settles_them(world: World, drafted: Event) -> None:
    key, given = drafted.event_id, (world.uow, ORGANISER, drafted.event_id)
    browser, place = world.sign_in("marche-owner"), f"/events/{key}/answers"
    assert "No answers yet" in browser.get(place).text
    schedules.publish(*given, 1, None)
    alba, own = world.sign_in("alba-member"), {"event": key, "who": "s1"}
    alba.post("/agenda/answer", data={**own, "other": "b1", "answer": "declined", "reason": "<i>sold</i>"})
    alba.post("/agenda/answer", data={**own, "other": "b2", "answer": "proposed", "slot": "a3"})
    page = browser.get(place).text
    assert "&lt;i&gt;sold" in page
    assert f"/events/{key}/schedule/change?kind=move&amp;seller=s1&amp;buyer=b2&amp;slot=a3" in page
    assert "Harbor" not in browser.get(f"{place}?answer=declined").text
    browser.post(f"{place}/no-go", data={"participant": "s1", "other": "b1"})
    assert "not planned again" in browser.get(place).text
    assert Wish("s1", "b1", "no_go") in wishes.list_wishes(*given)
    assert world.sign_in("alba-owner").get(place).status_code == 404
