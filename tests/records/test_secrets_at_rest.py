"""Does neither the database's file nor a backup hold the secrets that the application keeps?"""

import json
import zipfile

import pytest

from tests.records.test_load import ran

SECRETS = """
import django, json
django.setup()
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import decrypt
from django.test import Client
from bluehelm.web.accounts.models import User
from bluehelm.web.accounts.tokens import make_token
from bluehelm.web.posts.acting import posts_of
person = User.objects.get(username="sym-jmac")
TOTP.activate(person, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
codes = RecoveryCodes.activate(person)
_, token = make_token(owner=person, name="t", post=posts_of(person)[0], scopes=["read:finding"], days=1)
client = Client()
client.force_login(person)
session = client.session
session["mfa.totp.secret"] = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
session.save()
kept = ["JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", decrypt(codes.instance.data["seed"])]
print(json.dumps([*kept, *codes.generate_codes(), token]))
"""

OPENED = """
import django, json
django.setup()
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from bluehelm.web.secrets import SecretError
try:
    print(json.dumps(decrypt(Authenticator.objects.get(type="totp").data["secret"])))
except SecretError as error:
    print(json.dumps(f"refused: {error}"))
"""


@pytest.mark.long
def test_neither_the_database_nor_a_backup_holds_a_secret_in_plain(home, say, tmp_path):
    key = {"BLUEHELM_SECRET_KEY": "k" * 50}
    secrets = json.loads(ran(SECRETS, home, key))
    assert len(secrets) > 10
    kept = {path.name: path.read_bytes() for path in home.iterdir() if path.is_file()}
    assert say(home, "backup", tmp_path / "b.zip")[0] == 0
    with zipfile.ZipFile(tmp_path / "b.zip") as backup:
        packed = {name: backup.read(name) for name in backup.namelist()}
    assert "fields.keys" in kept and not [name for name in packed if name.endswith((".keys", ".key"))]
    for name, content in (kept | packed).items():
        assert [secret for secret in secrets if secret.encode() in content] == [], name
    restored = tmp_path / "restored"
    assert say(restored, "restore", tmp_path / "b.zip")[0] == 0
    assert "key" in json.loads(ran(OPENED, restored, key)) and "refused" in ran(OPENED, restored, key)
    (restored / "fields.keys").write_bytes(kept["fields.keys"])
    assert json.loads(ran(OPENED, restored, key)) == secrets[0]
    assert say(home, "secrets", "rotate")[1]["secrets"] == 2
    assert json.loads(ran(OPENED, home, key)) == secrets[0]
