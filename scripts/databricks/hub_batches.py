"""Records on their way to the hub: batches, two in flight, never two with one key, and what became of each record."""

import collections
import concurrent.futures
import hashlib
import itertools
import json

from hub_client import HubError
from hub_values import record_to_json

# As many as the hub takes at a time: one is read while the other is merged.
IN_FLIGHT = 2

OFFICE_FIELD = "OriginatingSystemOfficeKey"

# RESO names a key by its resource, but for these.
OTHER_KEYS = {
    "property": "ListingKey",
    "contacts": "ContactKey",
    "property_rooms": "RoomKey",
    "property_unit_types": "UnitTypeKey",
    "teams": "TeamKey",
    "team_members": "TeamMemberKey",
}


def key_field(resource):
    """The field with the key of a resource: ShowingAppointmentKey for showing_appointment."""
    return OTHER_KEYS.get(resource) or resource.title().replace("_", "") + "Key"


def key_of(resource, record, read=None):
    """The key under which a record counts in its run; `read` is the key as the hub read it. Media belong to a listing."""
    key = read if read is not None else record.get(key_field(resource))
    if resource == "media" and key is not None:
        return f"{key}~{record.get('ResourceRecordKey')}"
    return None if key is None else str(key).strip()


def content_key(body):
    """The same content under the same key: a batch that is sent again after a lost answer counts once."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:40]


def deliver(hub, resource, records, *, size, query="", name_batch=None):
    """Sends records in batches of `size` and yields (record as sent, its entry of the receipt), in their order.

    `name_batch(number)` gives the idempotency key of a batch; without it the content does. A batch that is too large
    is halved until it fits. A record that is too large alone is yielded as a reject, reason `record_too_large`.
    Raises ValueError naming key and field for a value without a form in JSON, and HubError.
    """
    path = f"/ingest/{resource}{query}"
    key_name = key_field(resource)

    def send(body, name):
        try:
            receipt = hub.call("POST", path, body, idempotency_key=name or content_key(body))
            return list(zip(body, receipt["records"]))
        except HubError as error:
            if error.code == "idempotency_mismatch" and name:
                # An earlier attempt cut this batch differently; its records may come twice, and count once.
                return send(body, None)
            if error.status != 413:
                raise
            if len(body) == 1:
                return [(body[0], _too_large(body[0].get(key_name), error))]
        middle = len(body) // 2
        return send(body[:middle], name and f"{name}.0") + send(body[middle:], name and f"{name}.1")

    def prepared():
        for number, batch in enumerate(_batches(records, size)):
            body = [record_to_json(record, key_name) for record in batch]
            yield (body, name_batch and name_batch(number)), {str(record.get(key_name)).strip() for record in body}

    for result in in_order(prepared(), lambda job: send(*job)):
        yield from result


def _too_large(key, error):
    message = f"The record alone is larger than the hub takes in a request ({error.body.get('code', 'HTTP 413')})."
    return {
        "key": key,
        "outcome": "reject",
        "reason": "record_too_large",
        "errors": [{"field": None, "code": "record_too_large", "message": message}],
        "local": True,
    }


def in_order(jobs, work, places=IN_FLIGHT):
    """Runs work(job) for each (job, keys), `places` at a time, and yields the results in the order of the jobs.

    A job that shares a key with one in flight waits for it: the hub would else see versions of a record in either order.
    """
    flying = collections.deque()
    with concurrent.futures.ThreadPoolExecutor(places) as pool:
        for job, keys in jobs:
            while flying and (len(flying) == places or any(keys & others for _, others in flying)):
                yield flying.popleft()[0].result()
            flying.append((pool.submit(work, job), keys))
        while flying:
            yield flying.popleft()[0].result()


def _batches(records, size):
    records = iter(records)
    while batch := list(itertools.islice(records, size)):
        yield batch


class Tally:
    """What became of the records: outcomes, and the rejects with their reasons."""

    LISTED = 5_000  # rejects that are kept with their reasons; all are counted

    def __init__(self, resource):
        self.resource = resource
        self.totals = {}
        self.reasons = {}
        self.rejects = []

    @property
    def count(self):
        return sum(self.totals.values())

    def share(self, outcome):
        """Share of an outcome in all records, 0 for none."""
        return self.totals.get(outcome, 0) / self.count if self.count else 0.0

    def add(self, record, result):
        outcome = result["outcome"]
        self.totals[outcome] = self.totals.get(outcome, 0) + 1
        if outcome != "reject":
            return
        reason = result["reason"]
        self.reasons[reason] = self.reasons.get(reason, 0) + 1
        if len(self.rejects) < self.LISTED:
            key = key_of(self.resource, record, result.get("key"))
            self.rejects.append({"key": key, "reason": reason, "errors": result.get("errors", [])})
