"""What the notebooks beside this file share: one run of one gold table into the MLS hub.

Plain modules, not notebooks: a notebook in the same folder imports them. Standard library only, so that every
Databricks runtime can run them. The hub decides record by record; a batch may be sent twice, in any order, by a job that
was killed in between, and the end state is the same.
"""

import datetime
import json
import urllib.parse

from hub_batches import OFFICE_FIELD, Tally, deliver, key_of  # noqa: F401
from hub_client import Hub, HubError  # noqa: F401
from hub_outcomes import RejectsError, describe, report
from hub_summary import Summary
from hub_values import to_json, to_moment, without_zones  # noqa: F401

BATCH_SIZE = 500
KEYS_PER_REQUEST = 20_000

# A run that gave no sign of life for so long belongs to a job that is gone.
SILENT_SECONDS = 15 * 60
# How often, and how many times, a job looks whether the run of the other mode has ended: half an hour.
POLL_SECONDS = 30
POLLS = 60


class RunBusyError(RuntimeError):
    """Another job is sending the same source in the other mode; nothing was sent."""


def sync(hub, rows, *, source, office_key, resource, mode, max_reject_share=0.1, force=False, absent="keep"):
    """One run: opens it, sends every row in batches, lists the keys of a FULL run, finishes, prints the outcome.

    rows(watermark) answers an iterable of dictionaries: everything for None, else what changed since that time.
    absent="null" makes a FULL run clear the fields that a record does not name; else they stay as they are.

    Answers the outcome (see hub_outcomes.describe). Raises RejectsError when more than max_reject_share of the records
    were rejected, after the run has been finished; every exception carries the outcome so far as `outcome`.
    """
    where = {"source": source, "office_key": office_key, "resource": resource}
    tally = Tally(resource)
    state = {**where, "mode": mode, "run_id": None, "started_at": datetime.datetime.now(datetime.timezone.utc)}
    try:
        state.update(_run(hub, rows, tally, state, where, force, absent))
    except Exception as error:
        error.outcome = describe(state, tally, error=error)
        raise
    outcome = describe(state, tally)
    print(json.dumps({name: value for name, value in outcome.items() if name != "rejects"}, indent=2, default=str))
    if tally.share("reject") > max_reject_share:
        raise RejectsError(outcome)
    return outcome


def _run(hub, rows, tally, state, where, force, absent):
    """Sends a run from its opening to its end; what becomes known on the way is put into `state`."""
    mode, resource = state["mode"], where["resource"]
    since = _since(hub, where) if mode == "DELTA" else None
    options = {"absent": "null"} if mode == "FULL" and absent == "null" else {}
    state["run_id"] = run_id = open_run(hub, {**where, "mode": mode, **options})
    newer_than = f", since {since:%Y-%m-%d %H:%M:%S} UTC" if since else ""
    print(f"{mode} run {run_id} of {resource} for {where['office_key']}{newer_than}")

    summary, sent = Summary(resource), 0
    for record, result in deliver(hub, resource, rows(since), size=BATCH_SIZE, query=f"?run={run_id}"):
        summary.add(record, result)
        tally.add(record, result)
        sent += not result.get("local")
        if tally.count % 10_000 == 0:
            print(f"  {tally.count} sent: " + ", ".join(f"{name} {count}" for name, count in tally.totals.items()))
    state["sent"] = sent

    closing = {"expected_records": sent, "force": force}
    if mode == "FULL":
        keys = summary.all_keys()
        for start in range(0, max(1, len(keys)), KEYS_PER_REQUEST):
            hub.call("POST", f"/ingest/runs/{run_id}/keys", {"keys": keys[start : start + KEYS_PER_REQUEST]})
        closing["gold_summary"] = summary.as_json()
    try:
        return hub.call("POST", f"/ingest/runs/{run_id}/finish", closing)
    except HubError as error:
        if error.code == "shrink_refused":
            hub.call("POST", f"/ingest/runs/{run_id}/finish", {"abandon": True})
        raise


def _since(hub, where):
    answer = hub.call("GET", f"/ingest/watermark?{urllib.parse.urlencode(where)}")
    if answer["watermark"] is None:
        raise ValueError(f"{where['source']} has never been loaded for {where['office_key']}: start with a FULL run")
    return to_moment(answer["watermark"]) - datetime.timedelta(seconds=answer["overlap_seconds"])


def open_run(hub, request):
    """Opens a run, or goes on with the one that a killed job has left open: its batches are answered as before.

    A run of the other mode is waited for while it shows signs of life, half an hour at most: a DELTA that ended a FULL
    would keep vanished records alive for ever. One that has been silent for 15 minutes is abandoned.
    Raises RunBusyError.
    """
    for poll in range(POLLS):
        try:
            return hub.call("POST", "/ingest/runs", request)["run_id"]
        except HubError as error:
            if error.code != "run_open" or "run_id" not in error.body:
                raise
            run_id = error.body["run_id"]
        run = hub.call("GET", f"/ingest/runs/{run_id}")
        if run["status"] != "open":
            continue
        if run["mode"] == request["mode"]:
            print(f"  run {run_id} was left open; it is resumed")
            return run_id
        if _silent_seconds(run) >= SILENT_SECONDS:
            print(f"  {run['mode']} run {run_id} has been silent for {SILENT_SECONDS // 60} minutes; it is abandoned")
            hub.call("POST", f"/ingest/runs/{run_id}/finish", {"abandon": True})
            continue
        if poll == 0:
            print(f"  {run['mode']} run {run_id} is in progress since {run['started_at']}; this {request['mode']} waits")
        hub.sleep(POLL_SECONDS)
    raise RunBusyError(
        f"{run['mode']} run {run_id} of {request['resource']} for {request['office_key']} is still in progress (since "
        f"{run['started_at']}, {run['batches']} batches). This {request['mode']} sent nothing; start it again later."
    )


def _silent_seconds(run):
    """How long a run has been silent, by the hub's clock alone: that of this machine may differ."""
    started = to_moment(run["started_at"])
    now = started + datetime.timedelta(seconds=float(run["duration_seconds"]))
    return (now - (to_moment(run.get("last_batch_at")) or started)).total_seconds()


def gold_rows(spark, table, office_keys, times):
    """Rows of a gold table for some office keys (today's and older names), for sync().

    times are the columns that say when a row was created or modified: both, since new rows may lack the second. They may
    be text with or without a zone, timestamps or days. A row without a readable time is always sent: what has not
    changed costs little. The time zones of session and cluster do not matter.
    """
    offices = _texts(office_keys)
    query = f"select * from {table} where {OFFICE_FIELD} in ({offices})"

    def rows(since):
        frame = spark.sql(query + (_since_clause(times, since) if since is not None and times else ""))
        schema = getattr(frame, "schema", None)
        for row in frame.toLocalIterator():
            record = without_zones(row, schema) if schema else row.asDict()
            if since is None or _is_since([record.get(time) for time in times], since):
                yield record

    return rows


def with_fresh_addresses(rows, hub, spark, table, office_keys):
    """The rows of a table of media, and of a DELTA also those whose address the hub found to be over.

    An address that is signed anew moves no time of change, so that no watermark finds it.
    """
    offices = _texts(office_keys)

    def more(since):
        yield from rows(since)
        if since is None:
            return
        answer = hub.call("GET", f"/ingest/addresses?{urllib.parse.urlencode({'office_key': office_keys[0]})}")
        keys = sorted({item["media_key"] for item in answer["media"]})
        print(f"  {len(keys)} pictures need a fresh address")
        for start in range(0, len(keys), BATCH_SIZE):
            some = _texts(keys[start : start + BATCH_SIZE])
            frame = spark.sql(f"select * from {table} where {OFFICE_FIELD} in ({offices}) and MediaKey in ({some})")
            schema = getattr(frame, "schema", None)
            for row in frame.toLocalIterator():
                yield without_zones(row, schema) if schema else row.asDict()

    return more


def _texts(values):
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)


def _since_clause(times, since):
    """Narrows a query to about what is asked: Spark renders times in its own zone, so a day more is read.

    Which rows are meant is decided on their values, by _is_since().
    """
    moment = (since - datetime.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S")
    texts = [f"coalesce(cast({time} as string), '')" for time in times]
    unreadable = " and ".join(f"{text} not like '____-__-__%'" for text in texts)
    return " and (" + " or ".join(f"replace({text}, ' ', 'T') >= '{moment}'" for text in texts) + f" or ({unreadable}))"


def _is_since(values, since):
    moments = [moment for moment in map(to_moment, values) if moment]
    return not moments or max(moments) >= since


# Widgets with a closed list of values; the first is the default.
CHOICES = {
    "mode": ["FULL", "DELTA"],
    "absent": ["keep", "null"],
    "force": ["false", "true"],
    "continuous": ["false", "true"],
}


def read_widgets(dbutils, required=("functions_url",), **defaults):
    """Parameters of a notebook: a dropdown where the values are known, else a text box. Raises for a missing one."""
    for name, default in defaults.items():
        # not every host that runs notebooks knows dropdowns
        dropdown = getattr(dbutils.widgets, "dropdown", None) if name in CHOICES else None
        dropdown(name, default or CHOICES[name][0], CHOICES[name]) if dropdown else dbutils.widgets.text(name, default)
    values = {name: dbutils.widgets.get(name).strip() for name in defaults}
    missing = [name for name in required if not values.get(name)]
    if missing:
        raise ValueError(f"Set the widget(s) {', '.join(missing)}: there is no default for a target")
    for name, choices in CHOICES.items():
        if values.get(name, choices[0]) not in choices:
            raise ValueError(f"The widget {name} must be one of {', '.join(choices)}, got {values[name]!r}")
    return values


def settings(dbutils, required=("functions_url", "office_keys", "mode"), **defaults):
    """Parameters of a notebook, and the hub with its client id and secret from a secret scope."""
    values = read_widgets(dbutils, required, **defaults)
    secret = lambda name: dbutils.secrets.get(scope=values["secret_scope"], key=name)
    return Hub(values["functions_url"], secret("hub-client-id"), secret("hub-client-secret")), values


# Parameters that all notebooks of gold have; `table` is added by each.
GOLD = {
    "functions_url": "",
    "secret_scope": "mls-hub",
    "office_keys": "",
    "source": "gold",
    "mode": "FULL",
    "absent": "keep",
    "force": "false",
    "max_reject_share": "0.1",
    "outcomes_table": "",
    "job_run_id": "",
}


def sync_table(hub, values, *, spark, dbutils, table, resource, times):
    """One run of one table as the widgets say, and its outcome where people and other tasks find it."""
    # Today's key first; older names of the office (CSIR, HSIR) behind it.
    office_keys = [key.strip() for key in values["office_keys"].split(",") if key.strip()]
    rows = gold_rows(spark, table, office_keys, times)
    if resource == "media":
        rows = with_fresh_addresses(rows, hub, spark, table, office_keys)
    try:
        outcome = sync(
            hub,
            rows,
            source=values["source"],
            office_key=office_keys[0],
            resource=resource,
            mode=values["mode"],
            max_reject_share=float(values["max_reject_share"]),
            force=values["force"] == "true",
            absent=values["absent"],
        )
    except Exception as error:
        try:
            if hasattr(error, "outcome"):
                report(spark, dbutils, values, error.outcome)
        except Exception as second:
            print(f"  the outcome could not be kept: {second}")
        raise
    return report(spark, dbutils, values, outcome)
