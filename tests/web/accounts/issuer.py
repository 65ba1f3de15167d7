"""A small issuer of OpenID Connect on this machine: discovery, authorisation with PKCE, signed tokens, userinfo.

It knows one client and lets in whoever `person` says; `claims` overrides what its signed token says.
"""

import base64
import hashlib
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "bluehelm", "a secret between two servers"


class Issuer:
    def __init__(self, address: str) -> None:
        self.address = address
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.person = {"sub": "subject-1", "email": "anna@example.org", "email_verified": True}
        self.claims: dict = {}
        self.asked: dict[str, dict] = {}
        self.is_broken = False

    def discovery(self) -> dict:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "jwks_uri": f"{self.address}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def authorise(self, asked: dict) -> str:
        """Where the browser is sent back to, with a code."""
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.asked)}"
        self.asked[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def tokens(self, sent: dict) -> dict:
        asked = self.asked.pop(sent["code"])
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest()).rstrip(b"=")
        assert challenge.decode() == asked["code_challenge"]
        assert (sent["client_id"], sent["client_secret"]) == (CLIENT, SECRET)
        now = int(time.time())
        said = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300, **self.person, **self.claims}
        signed = jwt.encode(said, self.key, algorithm="RS256", headers={"kid": "1"})
        return {"access_token": "opens userinfo", "token_type": "Bearer", "id_token": signed}

    def keys(self) -> dict:
        shown = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**shown, "kid": "1", "use": "sig", "alg": "RS256"}]}

    def answer(self, path: str, sent: dict) -> tuple[int, dict | str]:
        if self.is_broken:
            return 500, {}
        if path == "/authorize":
            return 302, self.authorise(sent)
        pages = {
            "/.well-known/openid-configuration": self.discovery,
            "/token": lambda: self.tokens(sent),
            "/keys": self.keys,
            "/userinfo": lambda: self.person,
        }
        return (200, pages[path]()) if path in pages else (404, {})


def single(query: str) -> dict:
    return {name: values[0] for name, values in parse_qs(query).items()}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.say(parts.path, single(parts.query))

    def do_POST(self) -> None:
        self.say(self.path, single(self.rfile.read(int(self.headers["Content-Length"])).decode()))

    def say(self, path: str, sent: dict) -> None:
        status, said = self.server.issuer.answer(path, sent)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", said)
        body = b"" if status == 302 else json.dumps(said).encode()
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def issuing():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.issuer = Issuer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
