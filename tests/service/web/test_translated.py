"""Errors and jobs as somebody reads them whose language is not English."""

from __future__ import annotations

import pytest
from babel.support import NullTranslations
from fastapi.testclient import TestClient

from service.domain.words import ImportKind, JobState
from service.phrases import phrase
from service.usecases.jobs import start_job
from service.web import reader
from tests.service import make
from tests.service.bundled import SYSTEM
from tests.service.world import World

MARKUP = "<script>alert(1)</script>"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"


FRENCH = {
    "no {noun} has the id {id}": "il n'y a pas de {noun} avec l'identifiant {id}",
    "film": "film français",
    "Not found": "Introuvable",
    "embedding texts: {done} of {total}": "textes lus : {done} sur {total}",
    "there is no {noun} {id!r}": "il n'existe pas de {noun} {id!r}",
    # A translator's slip: there is no such value.
    "Import or add the {noun} first, or correct it": "Importez d'abord le {nom}, ou corrigez-le",
}


class _French(NullTranslations):
    def gettext(self, message: str) -> str:
        return FRENCH.get(message, message)


@pytest.fixture(autouse=True)
def _in_french(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_texts", lambda _: _French())


@pytest.fixture
def admin(world: World) -> TestClient:
    return world.sign_in("admin")


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_an_error_is_told_in_the_readers_language_with_its_values(
    world: World, headers: dict[str, str]
) -> None:
    answer = world.sign_in("alba-member").get("/films/the-lost-one", headers=headers)
    assert answer.status_code == 404
    assert "Introuvable" in answer.text
    told = "il n&#39;y a pas de film français avec l&#39;identifiant &#39;the-lost-one&#39;."
    assert told in answer.text


def test_a_program_reads_english_whatever_the_language(world: World) -> None:
    problem = world.sign_in("alba-member").get("/api/v1/films/the-lost-one").json()
    assert problem["detail"] == "no film has the id 'the-lost-one'."
    assert problem["title"] == "Not found"


def test_a_value_never_becomes_markup_in_a_translation(world: World) -> None:
    answer = world.sign_in("alba-member").get("/films/%3Cimg%20src=x%3E")
    assert "film français avec l&#39;identifiant &#39;&lt;img src=x&gt;&#39;." in answer.text
    assert "<img src=x" not in answer.text


def test_how_far_a_job_is_and_why_it_failed_is_told_in_the_readers_language(
    world: World, admin: TestClient
) -> None:
    with world.uow() as tx:
        running, failed = (start_job(tx, SYSTEM, "train", {}, key=key).job_id for key in ("a", "b"))
        tx.jobs.start(running, make.NOON)
        tx.jobs.progress(
            running, 2, 5, make.NOON, phrase("embedding texts: {done} of {total}", done=2, total=5)
        )
        why = phrase("no {noun} has the id {id}", noun=phrase("film"), id=MARKUP)
        tx.jobs.finish(failed, JobState.FAILED, make.NOON, why)
        tx.commit()
    page = admin.get("/admin/jobs").text
    assert "textes lus : 2 sur 5" in page
    assert f"il n&#39;y a pas de film français avec l&#39;identifiant {ESCAPED}" in page
    assert MARKUP not in page
    assert admin.get(f"/api/v1/jobs/{running}").json()["message"] == "embedding texts: 2 of 5"


def test_what_is_wrong_with_a_row_is_told_in_the_readers_language(admin: TestClient) -> None:
    deals = f"deal_id;film_id;distributor_id;territory;release_date\nd-1;{MARKUP};nobody;FR;2020-01-01\n"
    page = admin.post(
        "/admin/imports", files={"file": ("deals.csv", deals.encode())}, data={"kind": ImportKind.DEALS.value}
    ).text
    assert "il n&#39;existe pas de distributor &#39;nobody&#39;" in page
    assert "Import or add the distributor first, or correct it" in page
    assert MARKUP not in page
