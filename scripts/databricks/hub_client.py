"""The hub over HTTP: tokens, retries, and refusals that are worth no retry. Standard library only."""

import gzip
import http.client
import json
import random
import ssl
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

ATTEMPTS = 8
TIMEOUT_SECONDS = 120


class HubError(Exception):
    """The hub refused a request for good; code is that of its error catalogue."""

    def __init__(self, status, body, hint=""):
        body = body.get("error", body) if isinstance(body.get("error"), dict) else body  # OData wraps it
        said = body.get("detail") or body.get("message") or body.get("error_description") or body
        super().__init__(f"HTTP {status} {body.get('code') or body.get('error') or ''}: {said}{hint}")
        self.status = status
        self.code = body.get("code")
        self.body = body


class Hub:
    """The functions of a hub, as one client: a token that is renewed, retries with backoff and jitter."""

    def __init__(self, functions_url, client_id, client_secret, sleep=time.sleep):
        for name, value in (("functions_url", functions_url), ("client_id", client_id), ("client_secret", client_secret)):
            if not value:
                raise ValueError(f"{name} is not set: there is no default for a target")
        if not functions_url.startswith(("https://", "http://")):
            raise ValueError(f"functions_url must begin with https://, got {functions_url!r}")
        self.functions_url = functions_url.rstrip("/")
        self.client_id = client_id
        self.client_secret = client_secret
        self.sleep = sleep
        self._forget_token()

    def _forget_token(self):
        self.token = None
        self.token_until = 0.0
        self.token_lock = threading.Lock()

    def __getstate__(self):
        """A stream hands its function, and this client with it, to another process: without lock and token."""
        kept = ("functions_url", "client_id", "client_secret", "sleep")
        return {name: self.__dict__[name] for name in kept}

    def __setstate__(self, state):
        self.__dict__.update(state)
        self._forget_token()

    def call(self, method, path, body=None, idempotency_key=None):
        """Sends a request until it is answered. 408, 429, 5xx, timeouts and broken connections are tried again.

        Raises HubError at once for anything else: a wrong secret is asked about once, not eight times. A token that
        is refused is renewed once; it may have been revoked, or a key been rotated.
        """
        payload = None if body is None else gzip.compress(json.dumps(body, allow_nan=False).encode(), compresslevel=5, mtime=0)
        refused = None
        for attempt in range(ATTEMPTS):
            try:
                token = self._token(refused)
                headers = {"Authorization": f"Bearer {token}"}
                if payload is not None:
                    headers.update({"Content-Type": "application/json", "Content-Encoding": "gzip"})
                if idempotency_key:
                    headers["Idempotency-Key"] = idempotency_key
                return _send(method, f"{self.functions_url}{path}", payload, headers)
            except urllib.error.HTTPError as error:
                answer = _read_json(error.read()) or {}
                if error.code == 401 and refused is None:
                    refused = token
                    continue
                if error.code not in (408, 429) and error.code < 500:
                    raise HubError(error.code, answer) from None
                wait = error.headers.get("Retry-After")
                failure, pause = f"HTTP {error.code} {answer.get('code', '')}", int(wait) if wait and wait.isdigit() else None
            except (urllib.error.URLError, TimeoutError, ConnectionError, http.client.HTTPException) as error:
                if isinstance(getattr(error, "reason", None), ssl.SSLCertVerificationError):
                    raise
                failure, pause = str(error) or type(error).__name__, None
            print(f"  {method} {path.split('?')[0]}: {failure}; attempt {attempt + 1} of {ATTEMPTS}")
            if attempt + 1 < ATTEMPTS:
                self.sleep(min(60, 2 ** (attempt + 1)) * random.uniform(0.5, 1) if pause is None else pause)
        raise RuntimeError(f"The hub did not answer {method} {path}: {failure}")

    def _token(self, refused):
        """The token in use; a new one when there is none, it is about to end, or it is the one that was refused."""
        with self.token_lock:  # two requests in flight ask for one token
            if self.token is None or self.token == refused or time.time() > self.token_until:
                answer = self._ask_for_token()
                self.token = answer["access_token"]
                self.token_until = time.time() + answer.get("expires_in", 3600) - 120
            return self.token

    def _ask_for_token(self):
        secrets = {"client_id": self.client_id, "client_secret": self.client_secret}
        form = urllib.parse.urlencode({"grant_type": "client_credentials", **secrets}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            return _send("POST", f"{self.functions_url}/oauth/token", form, headers)
        except urllib.error.HTTPError as error:
            if error.code in (408, 429) or error.code >= 500:
                raise
            hint = f" (client {self.client_id}: look at hub-client-id and hub-client-secret in the secret scope)"
            raise HubError(error.code, _read_json(error.read()) or {}, hint if error.code in (400, 401) else "") from None


def _send(method, url, payload, headers):
    request = urllib.request.Request(url, data=payload, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
        answer = _read_json(response.read())
    if answer is None:
        raise ConnectionError("the answer is not JSON: something stands between this job and the hub")
    return answer


def _read_json(data):
    """The object in an answer; None when it is none. A proxy's page of HTML is not the hub's word."""
    try:
        answer = json.loads(data)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None
