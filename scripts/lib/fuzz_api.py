"""What `scripts/fuzz-api` adds to schemathesis: signing in as a role, and ids of things that exist.

Run as a program it prepares: `fuzz_api.py ACCOUNTS` takes what `nova serve --dev --output json` says, sets up the super-admin's
authenticator app, signs in as NOVA_FUZZ_ROLE and prints what is needed to go on. As schemathesis' hooks module it reads that
from the file NOVA_FUZZ_STATE.
"""

import base64
import hashlib
import hmac
import json
import os
import random
import struct
import sys
import time
import urllib.error
import urllib.request

# Codes work once: a second one within the same half minute is refused.
STEP = 30


def call(url, method, path, token=None, body=None):
    """The JSON of an answer; fails loudly."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def code(secret):
    """The code that an authenticator app shows now (RFC 6238)."""
    count = struct.pack(">Q", int(time.time()) // STEP)
    digest = hmac.new(base64.b32decode(secret), count, hashlib.sha1).digest()
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place:place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def sign_in(url, account):
    """The tokens of a new session."""
    answer = call(url, "POST", "/v1/auth/login", None, {"email": account["email"], "password": account["password"]})
    if "challenge" not in answer or not answer["challenge"]:
        return answer
    for _ in range(3):
        try:
            body = {"challenge": answer["challenge"], "code": code(account["secret"])}
            return call(url, "POST", "/v1/auth/second-factor", None, body)
        except urllib.error.HTTPError as error:
            # Used already: the next one comes soon.
            if error.code not in (401, 422):
                raise
            time.sleep(STEP - time.time() % STEP + 1)
    raise RuntimeError("no code was taken")


def ids(url, token, cabinet):
    """What there is in a cabinet, by the part of the path that names its kind."""
    there = {}
    for kind in ["patients", "resources", "services", "equipment", "appointments", "waitlist", "configurations"]:
        try:
            answer = call(url, "GET", f"/v1/cabinets/{cabinet}/{kind}", token)
        except urllib.error.HTTPError:
            continue
        for items in answer.values():
            if isinstance(items, list) and items:
                there[kind] = [str(item.get("id") or item.get("number")) for item in items if item]
    return there


def prepare(told):
    url, accounts = told["address"], {}
    for account in told["accounts"]:
        accounts.setdefault(account["role"], account)
    admin = accounts["super-admin"]
    token = sign_in(url, admin)["access_token"]
    admin["secret"] = call(url, "POST", "/v1/auth/totp", token)["secret"]
    call(url, "POST", "/v1/auth/totp/confirm", token, {"code": code(admin["secret"])})
    cabinet = accounts["practitioner"]["cabinet"]
    things = ids(url, token, cabinet)
    for user in call(url, "GET", "/v1/users", token)["users"]:
        # Nobody whom a role signs in as: they would be signed out, or lose the role.
        if user["email"] not in {account["email"] for account in accounts.values()}:
            things.setdefault("users", []).append(user["id"])
    # Now, and refreshed afterwards: who guesses passwords from this address makes others wait.
    role = accounts[os.environ["NOVA_FUZZ_ROLE"]]
    tokens = sign_in(url, role)
    role["refresh_token"] = tokens["refresh_token"]
    role["id"] = call(url, "GET", "/v1/auth/me", tokens["access_token"])["user"]["id"]
    return {"url": url, "account": role, "cabinet": cabinet, "ids": things}


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as told:
        print(json.dumps(prepare(json.load(told))))
    sys.exit(0)

import schemathesis  # noqa: E402

with open(os.environ["NOVA_FUZZ_STATE"], encoding="utf-8") as kept:
    STATE = json.load(kept)
ACCOUNT = STATE["account"]


# A token lives ten minutes.
@schemathesis.auth(refresh_interval=300)
class SignIn:
    """Acts as the role."""

    def get(self, case, context):
        body = {"refresh_token": ACCOUNT["refresh_token"]}
        answer = call(STATE["url"], "POST", "/v1/auth/refresh", None, body)
        ACCOUNT["refresh_token"] = answer["refresh_token"]
        return answer["access_token"]

    def set(self, case, data, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Mostly things that exist: of random ones every answer says that there is nothing."""
    if not path_parameters:
        return path_parameters
    if "cabinet" in path_parameters and random.random() < 0.9:
        path_parameters["cabinet"] = STATE["cabinet"]
    path = context.operation.path if context and context.operation else ""
    for kind, known in STATE["ids"].items():
        if f"/{kind}/{{id}}" in path and random.random() < 0.75:
            path_parameters["id"] = random.choice(known)
    return path_parameters


@schemathesis.hook
def before_call(context, case, kwargs):
    """Nobody removes themselves, which they learn to do from the list of people."""
    if case.path_parameters and case.path_parameters.get("id") == ACCOUNT["id"]:
        case.path_parameters["id"] = random.choice(STATE["ids"]["users"])
