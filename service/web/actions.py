"""What was done to something, from the trail of changes, in the reader's words."""

from __future__ import annotations

from typing import Final

from service.web.marking import _
from service.web.reader import Reader

__all__ = ["ACTIONS", "action_name"]

ACTIONS: Final = {
    "absences": _("Absences changed"),
    "accept": _("Invitation accepted"),
    "add": _("Added"),
    "answer": _("Answered"),
    "apply": _("Applied"),
    "ask": _("Asked for"),
    "cancel": _("Cancelled"),
    "change_password": _("Password changed"),
    "confirm": _("Confirmed"),
    "create": _("Added"),
    "decline": _("Declined"),
    "delete": _("Deleted"),
    "fill": _("Filled from companies and films"),
    "give": _("Given"),
    "import": _("Imported"),
    "invite": _("Invited"),
    "late": _("Arrival noted"),
    "lineup": _("Line-up changed"),
    "load": _("Loaded"),
    "lock": _("Fixed"),
    "merge": _("Merged"),
    "outcome": _("Outcome noted"),
    "people": _("People of the sample added"),
    "plan": _("Planned"),
    "promote": _("Put in force"),
    "publish": _("Published"),
    "reject": _("Found to be different"),
    "remove": _("Taken out"),
    "respond": _("Answered"),
    "revoke": _("Revoked"),
    "role": _("Role changed"),
    "roll_back": _("Rolled back"),
    "rollback": _("Rolled back"),
    "say": _("Said"),
    "sign_in": _("Signed in"),
    "sign_out": _("Signed out"),
    "sign_out_everywhere": _("Signed out everywhere"),
    "start": _("Started"),
    "terms": _("Terms changed"),
    "train": _("Training asked for"),
    "undo": _("Taken back"),
    "unlock": _("Let go"),
    "update": _("Changed"),
    "withdraw": _("Withdrawn"),
}
"""What follows the point in the name of an action."""


def action_name(reader: Reader, action: str) -> str:
    """An action such as film.update as people read it; as it is where it is unknown."""
    known = ACTIONS.get(action.rpartition(".")[2])
    return reader.say(known) if known else action
