from datetime import UTC, datetime, timedelta

from argon2.profiles import CHEAPEST

from service.clock import frozen_at
from service.security.identity import Passwords
from service.security.invitations import invited_user, is_invitation, new_invitation

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOMORROW = NOON + timedelta(days=1)


def test_an_invitation_names_its_user_and_is_proven_by_its_text() -> None:
    invitation = new_invitation("user_7", TOMORROW)
    with frozen_at(NOON):
        assert invited_user(invitation.text) == "user_7"
        assert is_invitation(invitation.kept, invitation.text)
        assert not is_invitation(invitation.kept, new_invitation("user_7", TOMORROW).text)
        assert not is_invitation(invitation.kept, "")


def test_an_invitation_ends() -> None:
    invitation = new_invitation("user_7", TOMORROW)
    with frozen_at(TOMORROW):
        assert not is_invitation(invitation.kept, invitation.text)
        assert is_invitation(invitation.kept)


def test_no_password_matches_an_invitation() -> None:
    invitation = new_invitation("user_7", TOMORROW)
    passwords = Passwords(CHEAPEST)
    assert not passwords.check(invitation.kept, invitation.text).right
    assert not passwords.check(invitation.kept, invitation.kept).right


def test_a_password_is_no_invitation() -> None:
    kept = Passwords(CHEAPEST).hash("salt pans at low tide")
    assert not is_invitation(kept)
    assert not is_invitation(kept, "user_7.anything")
    assert not is_invitation(None, "user_7.anything")


def test_an_invitation_does_not_show_its_secret_when_printed() -> None:
    invitation = new_invitation("user_7", TOMORROW)
    assert invitation.text.partition(".")[2] not in repr(invitation)
    assert invitation.text not in invitation.kept
