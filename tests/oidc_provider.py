"""A small OpenID provider for tests, a real server on this machine: authorize, token, userinfo, jwks, logout.

`lies` changes what it says: claims of the token (None takes one away), "key": another key, "alg": HS256, "kid", "userinfo".
"""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, make_server

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "zhuqi", "a-secret-of-the-client-that-is-long-enough"


@dataclass
class Person:
    """Who is signed in at the provider."""

    sub: str = "0042"
    preferred_username: str = "cadre"


@dataclass
class OidcProvider:
    """What it holds: people, codes given out, and how it lies."""

    url: str = ""
    person: Person = field(default_factory=Person)
    lies: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    down: bool = False
    key: Any = field(default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048))

    def settings(self) -> dict[str, str]:
        """What a city writes into its environment."""
        names = {"AUTHORIZATION": "authorize", "TOKEN": "token", "USERINFO": "userinfo", "JWKS": "jwks"}
        return {
            "OIDC_ISSUER": self.url,
            "OIDC_CLIENT_ID": CLIENT,
            "OIDC_CLIENT_SECRET": SECRET,
            "OIDC_LOGOUT_ENDPOINT": f"{self.url}/logout",
            **{f"OIDC_{name}_ENDPOINT": f"{self.url}/{path}" for name, path in names.items()},
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """The person agrees: a code for this request."""
        code = token_urlsafe(12)
        self.codes[code] = asked
        return code

    def token(self, said: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Code, client and PKCE verifier must belong together; a code is good once."""
        asked = self.codes.pop(said.get("code", ""), None)
        digest = hashlib.sha256(said.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        good = (
            asked is not None
            and (said["client_id"], said["client_secret"]) == (CLIENT, SECRET)
            and asked["redirect_uri"] == said["redirect_uri"]
            and (asked["code_challenge_method"], asked["code_challenge"]) == ("S256", challenge)
        )
        if not good:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "AT", "token_type": "Bearer", "id_token": self.id_token(asked["nonce"])}

    def id_token(self, nonce: str) -> str:
        """Signed as it should be, unless it lies."""
        now = datetime.now().astimezone()
        claims = {
            "iss": self.url, "aud": CLIENT, "sub": self.person.sub, "nonce": nonce, "iat": now,
            "exp": now + timedelta(minutes=5), **{k: v for k, v in self.lies.items() if k not in {"key", "alg", "kid", "userinfo"}},
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        alg = self.lies.get("alg", "RS256")
        key = SECRET if alg == "HS256" else "" if alg == "none" else self.lies.get("key", self.key)
        return jwt.encode(claims, key, algorithm=alg, headers={"kid": self.lies.get("kid", "k1")})

    def userinfo(self) -> dict[str, Any]:
        """About the person."""
        return {"sub": self.person.sub, "preferred_username": self.person.preferred_username} | self.lies.get(
            "userinfo", {}
        )

    def jwks(self) -> dict[str, Any]:
        """The public key."""
        public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "k1", "alg": "RS256", "use": "sig"}]}

    def __call__(self, environ, start_response):
        """WSGI."""
        path = environ["PATH_INFO"]
        status, said = 200, {}
        if self.down:
            status = 502
        elif path == "/token":
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
            status, said = self.token({name: values[0] for name, values in parse_qs(body).items()})
        elif path == "/userinfo":
            said = self.userinfo()
        elif path == "/jwks":
            said = self.jwks()
        content = json.dumps(said).encode()
        start_response(f"{status} x", [("Content-Type", "application/json"), ("Content-Length", str(len(content)))])
        return [content]


class _Silent(WSGIRequestHandler):
    def log_message(self, *args):
        pass


@contextmanager
def oidc_provider() -> Iterator[OidcProvider]:
    """A provider on a thread of its own."""
    mine = OidcProvider()
    server = make_server("127.0.0.1", 0, mine, handler_class=_Silent)
    mine.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield mine
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
