"""What the notebooks beside this file share: one run of one gold table into the MLS hub.

A plain module, not a notebook: a notebook in the same folder imports it. Standard library only, so that every
Databricks runtime can run it. The hub decides record by record; a batch may be sent twice, in any order, by a job that
was killed in between, and the end state is the same.
"""

import datetime
import decimal
import gzip
import hashlib
import json
import random
import time
import urllib.error
import urllib.parse
import urllib.request

BATCH_SIZE = 500
KEYS_PER_REQUEST = 20_000
ATTEMPTS = 8
TIMEOUT_SECONDS = 120

# What Spark, Python and Qobrix write for "no value"; the hub reads them the same way.
MISSING = {"", "nan", "none", "null"}
MISSING_TEXT = {"", "nan", "NaN", "None", "null", "NULL"}

KEY_FIELDS = {
    "property": "ListingKey",
    "media": "MediaKey",
    "contacts": "ContactKey",
    "member": "MemberKey",
    "office": "OfficeKey",
    "showing_appointment": "ShowingAppointmentKey",
}

# Fields whose number of values and sum are compared with the hub after a FULL run (npm run verify).
SUMMED = ["ListPrice", "LeaseAmount", "BedroomsTotal", "LivingArea", "LotSizeSquareFeet", "YearBuilt"]
COUNTED = ["ListingId", "StandardStatus", "PropertyType", "City", "Country", "PublicRemarks", "ListAgentKey"]
MAPPED = ["StandardStatus", "PropertyType"]


class HubError(Exception):
    """The hub refused a request for good; code is that of its error catalogue."""

    def __init__(self, status, body):
        body = body.get("error", body)  # OData wraps it
        super().__init__(f"HTTP {status} {body.get('code', '')}: {body.get('detail') or body.get('message') or body}")
        self.status = status
        self.code = body.get("code")
        self.body = body


class Hub:
    """The ingest door: tokens, retries with backoff and jitter, one idempotency key per request."""

    def __init__(self, functions_url, client_id, client_secret, sleep=time.sleep):
        for name, value in (("functions_url", functions_url), ("client_id", client_id), ("client_secret", client_secret)):
            if not value:
                raise ValueError(f"{name} is not set: there is no default for a target")
        self.functions_url = functions_url.rstrip("/")
        self.client_id = client_id
        self.client_secret = client_secret
        self.sleep = sleep
        self.token = None
        self.token_until = 0.0

    def call(self, method, path, body=None, idempotency_key=None):
        """Sends a request until it is answered. 408, 429, 5xx, timeouts and broken connections are tried again."""
        payload = None if body is None else gzip.compress(json.dumps(body, allow_nan=False).encode(), mtime=0)
        failure = None
        for attempt in range(ATTEMPTS):
            if attempt:
                self.sleep(failure[1] if failure[1] is not None else min(60, 2**attempt) * random.uniform(0.5, 1))
            try:
                headers = {"Authorization": f"Bearer {self._token()}"}
                if payload is not None:
                    headers.update({"Content-Type": "application/json", "Content-Encoding": "gzip"})
                if idempotency_key:
                    headers["Idempotency-Key"] = idempotency_key
                return self._send(method, f"{self.functions_url}{path}", payload, headers)
            except urllib.error.HTTPError as error:
                answer = _json(error.read())
                if error.code == 401:
                    self.token = None
                elif error.code not in (408, 429) and error.code < 500:
                    raise HubError(error.code, answer) from None
                wait = error.headers.get("Retry-After")
                failure = (f"HTTP {error.code} {answer.get('code', '')}", float(wait) if wait and wait.isdigit() else None)
            except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
                failure = (str(error), None)
            print(f"  {method} {path.split('?')[0]}: {failure[0]}; attempt {attempt + 1} of {ATTEMPTS}")
        raise RuntimeError(f"The hub did not answer {method} {path}: {failure[0]}")

    def _token(self):
        if self.token is None or time.time() > self.token_until:
            form = urllib.parse.urlencode(
                {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": self.client_secret}
            ).encode()
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            answer = self._send("POST", f"{self.functions_url}/oauth/token", form, headers)
            self.token = answer["access_token"]
            self.token_until = time.time() + answer.get("expires_in", 3600) - 120
        return self.token

    @staticmethod
    def _send(method, url, payload, headers):
        request = urllib.request.Request(url, data=payload, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            return _json(response.read())


def _json(data):
    try:
        return json.loads(data)
    except ValueError:
        return {"detail": data[:200].decode(errors="replace")}


def to_json(value):
    """A Spark value as the contract wants it: exact decimals as text, times in UTC."""
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        return value.isoformat() + "Z"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float) and value != value:
        return None
    return value


def key_of(resource, record):
    """The key under which a record counts in its run: media belong to a listing."""
    key = record.get(KEY_FIELDS[resource])
    if resource == "media" and key:
        return f"{key}~{record.get('ResourceRecordKey')}"
    return key


class Summary:
    """Count, checksum and sums of what gold holds, as mls.integrity_report() computes them from the hub."""

    def __init__(self, resource):
        self.resource = resource
        self.keys = set()
        self.rejected = set()
        self.comparable = resource == "property"
        self.fields = {name: {"non_null": 0} for name in COUNTED}
        self.fields.update({name: {"non_null": 0, "sum": decimal.Decimal(0)} for name in SUMMED})
        self.values = {name: {} for name in MAPPED}

    def add(self, record, result):
        key = key_of(self.resource, record)
        if result["outcome"] == "reject":
            self.rejected.update([key] if key else [])
            return
        if key in self.keys or result["outcome"] in ("stale", "skip"):
            self.comparable = False
        self.keys.add(key)
        unread = {warning["field"] for warning in result.get("warnings", [])}
        for name, counted in self.fields.items():
            value = record.get(name)
            missing = MISSING if name in SUMMED else MISSING_TEXT
            text = str(value).strip()
            if value is None or name in unread or (text.lower() if name in SUMMED else text) in missing:
                continue
            counted["non_null"] += 1
            if name in SUMMED:
                counted["sum"] += decimal.Decimal(text)
        for name, seen in self.values.items():
            value = "" if record.get(name) is None else str(record[name]).strip()
            seen[value] = seen.get(value, 0) + 1

    def as_json(self):
        summary = {
            "count": len(self.keys),
            "key_checksum": sum(int(hashlib.md5(key.encode()).hexdigest()[:12], 16) for key in self.keys),
            # what the hub could not take: it may hold an older state of it
            "rejected": sorted(self.rejected - self.keys),
        }
        if self.comparable:
            summary["fields"] = {
                name: {part: float(number) if part == "sum" else number for part, number in counted.items()}
                for name, counted in self.fields.items()
            }
            summary["values"] = self.values
        return summary


def sync(hub, rows, *, source, office_key, resource, mode, max_reject_share=0.1, force=False):
    """One run: opens it, sends every row in batches, lists the keys of a FULL run, finishes, prints the receipt.

    rows(watermark) answers an iterable of dictionaries: everything for None, else what changed since that time.
    Raises when more than max_reject_share of the records were rejected, after the run has been finished.
    """
    where = {"source": source, "office_key": office_key, "resource": resource}
    watermark = hub.call("GET", f"/ingest/watermark?{urllib.parse.urlencode(where)}")
    if mode == "DELTA" and watermark["watermark"] is None:
        raise ValueError(f"{source} has never been loaded for {office_key}: start with a FULL run")
    since = None
    if mode == "DELTA":
        since = _time(watermark["watermark"]) - datetime.timedelta(seconds=watermark["overlap_seconds"])

    run_id = _open(hub, {**where, "mode": mode})
    print(f"{mode} run {run_id} of {resource} for {office_key}" + (f", since {since:%Y-%m-%d %H:%M:%S} UTC" if since else ""))
    summary, sent, rejected = Summary(resource), 0, {}
    for batch in _batches(rows(since)):
        body = [{name: to_json(value) for name, value in row.items()} for row in batch]
        # the same content under the same key: a batch that is sent again after a lost answer counts once
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:40]
        receipt = hub.call("POST", f"/ingest/{resource}?run={run_id}", body, idempotency_key=digest)
        sent += len(body)
        for record, result in zip(body, receipt["records"]):
            summary.add(record, result)
            if result["outcome"] == "reject":
                rejected[result["reason"]] = rejected.get(result["reason"], 0) + 1
        print(f"  {sent} sent: " + ", ".join(f"{name} {count}" for name, count in receipt["totals"].items() if count))
    if mode == "FULL":
        keys = sorted(summary.keys | summary.rejected)
        for start in range(0, max(1, len(keys)), KEYS_PER_REQUEST):
            part = keys[start : start + KEYS_PER_REQUEST]
            hub.call("POST", f"/ingest/runs/{run_id}/keys", {"keys": part})

    closing = {"expected_records": sent, "force": force}
    if mode == "FULL":
        closing["gold_summary"] = summary.as_json()
    try:
        receipt = hub.call("POST", f"/ingest/runs/{run_id}/finish", closing)
    except HubError as error:
        if error.code == "shrink_refused":
            hub.call("POST", f"/ingest/runs/{run_id}/finish", {"abandon": True})
        raise
    print(json.dumps({"run_id": run_id, "sent": sent, **receipt, "reject_reasons": rejected}, indent=2))
    refused = sum(rejected.values())
    if sent and refused / sent > max_reject_share:
        raise RuntimeError(f"{refused} of {sent} records were rejected ({rejected}); they are in quarantine: GET /ingest/quarantine")
    return receipt


def _open(hub, request):
    """Opens a run, or goes on with the one that a killed job has left open: its batches are answered as before."""
    try:
        return hub.call("POST", "/ingest/runs", request)["run_id"]
    except HubError as error:
        if error.code != "run_open":
            raise
        run_id = error.body["run_id"]
        if hub.call("GET", f"/ingest/runs/{run_id}")["mode"] == request["mode"]:
            print(f"  run {run_id} was left open; it is resumed")
            return run_id
        print(f"  run {run_id} of the other mode was left open; it is abandoned")
        hub.call("POST", f"/ingest/runs/{run_id}/finish", {"abandon": True})
        return hub.call("POST", "/ingest/runs", request)["run_id"]


def _batches(rows):
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH_SIZE:
            yield batch
            batch = []
    if batch:
        yield batch


def _time(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(datetime.timezone.utc)


def gold_rows(spark, table, office_keys, times):
    """Rows of a gold table for some office keys (today's and older names), for sync().

    times are the columns that say when a row was created or modified: both, since new rows may lack the second. A
    table whose rows have no usable time is read as a whole; what has not changed costs little.
    """
    offices = ", ".join("'" + key.replace("'", "''") + "'" for key in office_keys)

    def rows(since):
        query = f"select * from {table} where OriginatingSystemOfficeKey in ({offices})"
        if since is not None and times:
            moment = since.strftime("%Y-%m-%dT%H:%M:%S")
            query += " and (" + " or ".join(f"replace(cast({time} as string), ' ', 'T') >= '{moment}'" for time in times) + ")"
        for row in spark.sql(query).toLocalIterator():
            yield row.asDict()

    return rows


def settings(dbutils, **defaults):
    """Parameters of a notebook: widgets with their defaults, and the hub with its secret from a secret scope."""
    for name, default in defaults.items():
        dbutils.widgets.text(name, default)
    values = {name: dbutils.widgets.get(name).strip() for name in defaults}
    missing = [name for name in ("functions_url", "office_keys", "mode") if not values.get(name)]
    if missing:
        raise ValueError(f"Set the widget(s) {', '.join(missing)}: there is no default for a target")
    secret = lambda name: dbutils.secrets.get(scope=values["secret_scope"], key=name)
    return Hub(values["functions_url"], secret("hub-client-id"), secret("hub-client-secret")), values
