"""A change of the field key: everything is sealed anew, nothing is lost."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import BinaryField
from django.test import override_settings

from jiugai.accounts import totp
from jiugai.accounts.crypto import is_current, unseal
from jiugai.accounts.models import AuditEvent, User
from jiugai.accounts.sealed import columns
from jiugai.registry.actions.contacts import Person, masked, save_contact
from jiugai.registry.models import CommunityContact
from tests.apps.file_rows import community
from tests.cast import STREET, Cast

pytestmark = pytest.mark.django_db
OLD = {"FIELD_KEY": "old " * 10, "FIELD_KEY_ID": 1}
BOTH = {"FIELD_KEY": "new " * 10, "FIELD_KEY_ID": 2, "FIELD_KEYS_OLD": {1: "old " * 10}}
NEW_ONLY = BOTH | {"FIELD_KEYS_OLD": {}}


@pytest.fixture
def contact(cast: Cast) -> CommunityContact:
    """A number and a second factor, sealed with the old key."""
    home = community(cast.areas[STREET])
    with override_settings(**OLD):
        User.objects.filter(pk=cast.user("street_clerk").pk).update(totp_secret=totp.sealed("JBSWY3DP"))
        who = Person("社区书记", "孙桂英", organisation=cast.bodies["street"], phone="13812345678")
        return save_contact(community=home, person=who, actor=cast.actor("street_clerk"))


def test_after_resealing_the_old_key_can_go(contact: CommunityContact, cast: Cast):
    with override_settings(**BOTH):
        call_command("reseal")
        call_command("reseal")  # nothing is left to do
    contact.refresh_from_db()
    with override_settings(**NEW_ONLY):
        assert masked(contact) == "138****5678"
        secret = bytes(User.objects.get(username="street_clerk").totp_secret or b"")
        assert unseal(secret, place=totp.PLACE) == "JBSWY3DP"
    event = AuditEvent.objects.get(action="fields.reseal")
    assert event.after == {"user.totp_secret": 1, "communitycontact.phone": 1}


def test_field_that_no_key_opens_is_named_and_left_alone(contact: CommunityContact, capsys: pytest.CaptureFixture[str]):
    before = bytes(contact.phone or b"")
    with override_settings(**NEW_ONLY), pytest.raises(CommandError, match="2 fields left"):
        call_command("reseal")
    contact.refresh_from_db()
    assert bytes(contact.phone or b"") == before
    assert f"communitycontact.phone {contact.pk}: no key" in capsys.readouterr().err


def test_every_sealed_column_is_declared():
    declared = {(one.model, one.field) for one in columns()}
    missing = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, BinaryField) and "密文" in str(field.verbose_name) and (model, field.name) not in declared
    ]
    assert missing == []


def test_field_sealed_with_the_current_key_is_not_touched(contact: CommunityContact):
    with override_settings(**OLD):
        call_command("reseal")
        assert is_current(bytes(contact.phone or b""))
    assert not AuditEvent.objects.filter(action="fields.reseal").exists()
