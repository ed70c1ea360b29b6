"""Films, rights, deals and feedback of the world's companies, each with something to hide."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from service.clock import today
from service.domain.deals import DealTerms, Money
from service.domain.words import FeedbackKind, GrantStatus
from service.store.unit_of_work import UnitOfWorkFactory
from tests.service import make

SECRET: Final = "what nobody else may read"


def stock(uow: UnitOfWorkFactory) -> None:
    """Alba holds `tide` in France and the United States and sold France to lumen; the rest is private.

    Films: tide and draft of alba, grim-film of grim, public without an agent. Grants: held-fr, held-us, sold-fr and
    sold-draft (a draft for lumen). Deals: signed (tide to lumen, private, with terms), known (public's to harbor,
    announced). Feedback: pass (lumen on tide), offer (harbor for tide).
    """
    with uow() as tx:
        tx.films.add(make.film("tide", "alba", imdb_id="tt0000001", genres=("Drama",)))
        tx.films.add(make.film("draft", "alba"))
        tx.films.add(make.film("grim-film", "grim"))
        tx.films.add(make.film("public"))
        for territory in ("FR", "US"):
            tx.rights.add(
                make.held(
                    "tide",
                    "alba",
                    grant_id=f"held-{territory.lower()}",
                    territory=territory,
                    confirmed_on=today(),
                    note=SECRET,
                )
            )
        signed = make.deal(
            "tide", "lumen-fr", "signed", agent_id="alba", window=make.years(2026, 2030), admissions=41_250
        )
        terms = DealTerms(guarantee=Money(Decimal("60000.00"), "EUR"), note=SECRET)
        tx.deals.add(signed, terms)
        tx.deals.add(make.deal("public", "harbor-us", "known", is_public=True, admissions=7_777))
        tx.rights.add(make.sold("tide", "alba", "lumen", grant_id="sold-fr", deal_id="signed", note=SECRET))
        tx.rights.add(
            make.sold("tide", "alba", "lumen", grant_id="sold-draft", status=GrantStatus.DRAFT, note=SECRET)
        )
        passed = make.feedback(
            FeedbackKind.PASSED, "tide", "lumen-fr", "lumen", event_id="pass", reason=SECRET
        )
        offer = make.feedback(
            FeedbackKind.OFFER, "tide", "harbor-us", "harbor", event_id="offer", note=SECRET
        )
        tx.feedback.add(passed)
        tx.feedback.add(offer)
        tx.commit()
