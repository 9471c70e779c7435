"""A council's own sign-in: OpenID Connect against a provider on loopback that keeps to the protocol."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from tests.factories import client_of, london, person

from concord.records.models import Person

pytestmark = pytest.mark.django_db
ID, SECRET = "concord-at-the-council", "a secret of the council"


@dataclass
class Provider:
    """What an Entra tenant does for one application: authorise, give a token for a code once, publish its key."""

    key: Any = field(default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048))
    instead: dict[str, str] = field(default_factory=dict)  # claims that are not as they should be
    base: str = ""
    oid: str = "11111111-2222-3333-4444-555555555555"
    email: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorise(self, address: str) -> str:
        """The person agrees; the address to which the browser is sent back."""
        asked = {k: v[0] for k, v in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.base}/authorize?")
        assert asked["client_id"] == ID
        assert asked["response_type"] == "code"
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return asked["redirect_uri"] + "?" + urlencode({"code": code, "state": asked["state"]})

    def token(self, sent: dict[str, str], basic: str) -> tuple[int, dict[str, Any]]:
        """Tokens for a code: once, to the client that asked, with the verifier that fits its challenge."""
        asked = self.codes.pop(sent.get("code", ""), None)
        given = basic or f"{sent.get('client_id')}:{sent.get('client_secret')}"
        verifier = sent.get("code_verifier", "").encode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
        if (
            asked is None
            or given != f"{ID}:{SECRET}"
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != sent.get("redirect_uri")
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.base,
            "aud": ID,
            "sub": "pairwise",
            "oid": self.oid,
            "iat": now,
            "exp": now + 300,
        }
        if self.email:
            claims["email"] = self.email
        signed = jwt.encode(claims | self.instead, self.key, "RS256", headers={"kid": "k1"})
        return 200, {"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": signed}

    def answer(self, path: str) -> dict[str, Any]:
        """The provider's metadata and keys."""
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.base,
                "authorization_endpoint": f"{self.base}/authorize",
                "token_endpoint": f"{self.base}/token",
                "jwks_uri": f"{self.base}/keys",
                "response_types_supported": ["code"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [public | {"kid": "k1", "use": "sig", "alg": "RS256"}]}


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    found = Provider()

    class Handler(BaseHTTPRequestHandler):
        def _send(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self._send(200, found.answer(self.path))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            basic = self.headers.get("Authorization", "").removeprefix("Basic ")
            sent = {k: v[0] for k, v in parse_qs(body).items()}
            self._send(*found.token(sent, base64.b64decode(basic).decode()))

        def log_message(self, *words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    app = {
        "provider_id": "council",
        "name": "your council account",
        "client_id": ID,
        "secret": SECRET,
        "settings": {
            "server_url": found.base,
            "uid_field": "oid",
            "fetch_userinfo": False,
            "oauth_pkce_enabled": True,
        },
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def through(client: Client, provider: Provider, process: str = "login") -> Any:
    """Press the button, agree at the provider, come back."""
    left = client.post(f"/account/oidc/council/login/?process={process}")
    assert left.status_code == 302
    back = provider.authorise(left.headers["Location"])
    return client.get(urlsplit(back).path + "?" + urlsplit(back).query, follow=True)


def signed_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


def test_the_button_is_there(provider: Provider) -> None:
    page = text(Client().get("/sign-in/?next=/me/"))
    assert "Sign in with your council account" in page
    assert "/account/oidc/council/login/" in page


def test_connects_once_and_signs_in_from_then_on(provider: Provider) -> None:
    somebody = person(london(), "director", code="202")
    client = client_of(somebody)
    through(client, provider, "connect")
    client.logout()
    assert not signed_in(client)
    through(client, provider)
    assert signed_in(client)
    assert "director of 202" in text(client.get("/me/"))


def test_an_unknown_account_is_not_let_in(provider: Provider) -> None:
    """Not even with the e-mail address of somebody known: an address can be claimed by another tenant."""
    somebody = person(london(), "director", code="202")
    provider.email = somebody.email
    client = Client()
    page = through(client, provider)
    assert not signed_in(client)
    assert "Nobody signs up by themselves" in text(page)
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    "instead", [{"aud": "another application"}, {"iss": "https://another.example"}, {"exp": 1}]
)
def test_a_token_that_is_not_for_us_is_refused(provider: Provider, instead: dict[str, Any]) -> None:
    """(The token comes straight from the provider over TLS, which OpenID Connect takes in place of its signature.)"""
    somebody = person(london(), "director", code="202")
    through(client_of(somebody), provider, "connect")
    provider.instead = instead
    client = Client()
    through(client, provider)
    assert not signed_in(client)


def test_a_code_brought_by_somebody_else_is_refused(provider: Provider) -> None:
    somebody = person(london(), "director", code="202")
    through(client_of(somebody), provider, "connect")
    left = Client().post("/account/oidc/council/login/?process=login")
    back = provider.authorise(left.headers["Location"])
    other = Client()
    other.get(urlsplit(back).path + "?" + urlsplit(back).query)
    assert not signed_in(other)
