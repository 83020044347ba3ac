"""Outcomes of runs: a line of JSON for whoever started the notebook, rows of Delta tables, and a judgement of them."""

import datetime
import json

UTC = datetime.timezone.utc

RUN_COLUMNS = {
    "run_id": "string",
    "job_run_id": "string",
    "source": "string",
    "office_key": "string",
    "resource": "string",
    "mode": "string",
    "status": "string",
    "started_at": "timestamp",
    "finished_at": "timestamp",
    "seconds": "double",
    "sent": "bigint",
    "totals": "map<string, bigint>",
    "reject_share": "double",
    "stale_share": "double",
    "reject_reasons": "map<string, bigint>",
    "flagged_deleted": "bigint",
    "watermark": "string",
    "error": "string",
}
REJECT_COLUMNS = {
    "run_id": "string",
    "office_key": "string",
    "resource": "string",
    "record_key": "string",
    "reason": "string",
    "errors": "array<struct<field: string, code: string, message: string>>",
    "rejected_at": "timestamp",
}

# The hub forgets rejected persons after 14 days, and messages quote values: a table that keeps them holds none of persons.
PERSONS = {"contacts", "member", "showing_appointment", "teams", "team_members"}

# Task values hold 48 KiB.
EXIT_REJECTS = 20


class RejectsError(RuntimeError):
    """Too many records of a run were rejected. The run itself is finished."""

    def __init__(self, outcome):
        super().__init__(
            f"{outcome['totals']['reject']} of {sum(outcome['totals'].values())} records were rejected "
            f"({outcome['reject_reasons']}); they are in quarantine: GET /ingest/quarantine"
        )
        self.outcome = outcome


def describe(state, tally, error=None):
    """The outcome of a run: where, when, what became of its records, and the answer of the hub.

    {run_id, source, office_key, resource, mode, status, started_at, finished_at, seconds, sent, totals, reject_share,
    stale_share, reject_reasons, rejects, flagged_deleted, watermark, error}. `status` is finished or failed, `totals`
    counts the records of this job by outcome, `rejects` lists at most 5,000, each {key, reason, errors}.
    """
    finished = datetime.datetime.now(UTC)
    return {
        **{name: state.get(name) for name in ("run_id", "source", "office_key", "resource", "mode")},
        "status": "failed" if error else state["status"],
        "started_at": state["started_at"],
        "finished_at": finished,
        "seconds": round((finished - state["started_at"]).total_seconds(), 3),
        "sent": state.get("sent", tally.count),
        "totals": {"reject": 0, **{name: 0 for name in state.get("totals", {})}, **tally.totals},
        "reject_share": round(tally.share("reject"), 6),
        "stale_share": round(tally.share("stale"), 6),
        "reject_reasons": tally.reasons,
        "rejects": tally.rejects,
        "flagged_deleted": state.get("flagged_deleted", 0),
        "watermark": state.get("watermark"),
        "error": f"{type(error).__name__}: {error}"[:2000] if error else None,
    }


def to_exit(outcome):
    """An outcome as JSON for notebook exit and task values; a few of its rejects are listed."""
    return json.dumps({**outcome, "rejects": outcome["rejects"][:EXIT_REJECTS]}, default=str, ensure_ascii=False)


def report(spark, dbutils, values, outcome):
    """Puts an outcome into the task values, under its resource, and into tables when `outcomes_table` names them."""
    jobs = getattr(dbutils, "jobs", None)  # outside of a job there are none
    if jobs is not None:
        jobs.taskValues.set(key=outcome["resource"], value=to_exit(outcome))
    if values.get("outcomes_table"):
        record(spark, values["outcomes_table"], outcome, values.get("job_run_id") or None)
    return outcome


def record(spark, table, outcome, job_run_id=None):
    """Appends an outcome to `table`, and its rejects to `<table>_rejects`; both are made when they are missing."""
    row = {**outcome, "job_run_id": job_run_id}
    _append(spark, table, RUN_COLUMNS, [row])
    if outcome["rejects"]:
        rejects = [_reject_row(outcome, reject) for reject in outcome["rejects"]]
        _append(spark, rejects_table(table), REJECT_COLUMNS, rejects)


def _append(spark, table, columns, rows):
    schema = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    frame = spark.createDataFrame([{name: row[name] for name in columns} for row in rows], schema)
    frame.write.mode("append").saveAsTable(table)


def _reject_row(outcome, reject):
    return {
        **outcome,
        "record_key": reject["key"],
        "reason": reject["reason"],
        "errors": _errors(outcome, reject),
        "rejected_at": outcome["finished_at"],
    }


def _errors(outcome, reject):
    kept = ("field", "code") if outcome["resource"] in PERSONS else ("field", "code", "message")
    return [{"message": None, **{name: error.get(name) for name in kept}} for error in reject["errors"]]


def rejects_table(table):
    """Name of the table of rejects beside a table of outcomes; the last part may stand in backticks."""
    return f"{table[:-1]}_rejects`" if table.endswith("`") else f"{table}_rejects"


def judge(outcomes, resources, *, max_reject_share, max_stale_share, max_flagged):
    """What is wrong with the newest outcome of each resource, as sentences; none when all is well.

    A resource without an outcome is one that never ran; a FULL run without records is a source that has lost its table.
    """
    newest = {outcome["resource"]: outcome for outcome in sorted(outcomes, key=lambda outcome: outcome["finished_at"])}
    findings = [f"{resource}: no run has left an outcome" for resource in resources if resource not in newest]
    for resource, outcome in newest.items():
        about = f"{resource} ({outcome['mode']} run {outcome['run_id']})"
        if outcome["status"] != "finished":
            findings.append(f"{about} failed: {outcome['error']}")
            continue
        for share, limit, what in (("reject_share", max_reject_share, "rejected"), ("stale_share", max_stale_share, "stale")):
            if outcome[share] > limit:
                found = f"{outcome[share]:.1%} of {outcome['sent']} records were {what}"
                findings.append(f"{about}: {found}; at most {limit:.1%} may be")
        if outcome["mode"] == "FULL" and outcome["sent"] == 0:
            findings.append(f"{about} sent no record")
        if outcome["flagged_deleted"] > max_flagged:
            findings.append(f"{about} flagged {outcome['flagged_deleted']} records as gone; more than {max_flagged} want a look")
    return findings
