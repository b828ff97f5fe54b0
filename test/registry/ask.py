"""Shows tokens to PyJWT as Karapace does (karapace.api.oidc.middleware, 6.2.0): a question a line in, an answer a line out."""

import json
import sys
import time

import jwt
from jwt import PyJWKClient


def header_value(token: str) -> str:
    """The token as it arrives: HTTP clients send Latin-1, and no line breaks (RFC 9110, section 5.5)."""
    if any(character in token for character in "\r\n\0"):
        raise ValueError("no header can hold it")
    token.encode("latin-1")
    return f"Bearer {token}"[len("Bearer ") :].strip()


def ask(question: dict) -> None:
    issuer, audience, claim = question["issuer"], question["audience"], question["subject"]
    if not issuer or not audience:
        raise ValueError("it does not start without an issuer and an audience")
    token = header_value(question["token"])
    if not token:
        raise ValueError("no token")
    client = PyJWKClient(
        question["jwksUrl"],
        cache_keys=True,
        lifespan=300,
        max_cached_keys=16,
        headers={"Accept": "application/json"},
        timeout=30,
    )
    signing_key = client.get_signing_key_from_jwt(token)
    jwt.decode(
        token,
        signing_key.key,
        algorithms=["RS256", "RS384", "RS512"],
        audience={item.strip() for item in audience.split(",") if item.strip()},
        issuer=issuer,
        leeway=0,
        options={"require": ["exp", "iss", "aud", claim]},
    )


for line in sys.stdin:
    asked = json.loads(line)
    at = time.time()
    try:
        ask(asked)
        reason = None
    except Exception as error:  # Whatever is raised, Karapace does not go on.
        reason = f"{type(error).__name__}: {error}"
    answer = {"id": asked["id"], "at": at * 1000, "until": time.time() * 1000, "accepted": reason is None, "reason": reason}
    print(json.dumps(answer), flush=True)
