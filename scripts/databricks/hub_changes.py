"""A merged gold table, followed by its change feed: each micro-batch becomes batches of the ingest door.

For foreachBatch of Structured Streaming. Spark repeats a micro-batch under the same number until it has succeeded, and
so do the idempotency keys made here: query, batch, part. A record counts once however often its batch is tried.
"""

import datetime
import itertools
import json
import os
import sys

import hub_ingest
from hub_batches import OFFICE_FIELD, Tally, deliver, key_field
from hub_outcomes import describe, record
from hub_values import without_zones

CHANGE, VERSION = "_change_type", "_commit_version"
FEED_COLUMNS = (CHANGE, VERSION, "_commit_timestamp")

# What was true before a change: only when nothing follows it, for then the key itself has changed.
GONE = {"delete", "update_preimage"}


def identity(resource):
    """Columns that tell records of a resource apart in gold: the same media may belong to several listings."""
    return [key_field(resource), *(["ResourceRecordKey"] if resource == "media" else [])]


def last_changes(rows, resource):
    """Records as the feed leaves them, from rows of a change feed that are sorted by identity and version.

    Of several changes of a record only its last state is yielded. A record that is gone becomes a deletion, {key,
    OriginatingSystemOfficeKey, "@deleted": true}. A rewrite (delete and insert in one version) is no deletion.
    """
    names = identity(resource)
    for keys, changes in itertools.groupby(rows, key=lambda row: [row[name] for name in names]):
        if keys[0] is None:  # no record can be told apart; the hub says so, once for each
            yield from (_content(row) for row in changes if row[CHANGE] not in GONE)
            continue
        last = max(changes, key=lambda row: (row[VERSION], row[CHANGE] not in GONE))
        if last[CHANGE] in GONE:
            yield {**dict(zip(names, keys)), OFFICE_FIELD: last[OFFICE_FIELD], "@deleted": True}
        else:
            yield _content(last)


def _content(row):
    return {name: value for name, value in row.items() if name not in FEED_COLUMNS}


class ChangeSender:
    """The function of foreachBatch. It is pickled on serverless compute: it holds no session and no dbutils."""

    def __init__(self, hub, *, resource, office_keys, checkpoint, source="gold", outcomes_table="", job_run_id=""):
        self.hub = hub
        self.resource = resource
        self.office_keys = office_keys
        self.checkpoint = checkpoint
        self.source = source
        self.outcomes_table = outcomes_table
        self.job_run_id = job_run_id
        self.batch_size = hub_ingest.BATCH_SIZE

    def __call__(self, batch, batch_id):
        spark = batch.sparkSession
        query_id = read_query_id(spark, self.checkpoint)
        state = {
            "run_id": f"{query_id}.{batch_id}",
            "source": self.source,
            "office_key": self.office_keys[0],
            "resource": self.resource,
            "mode": "CHANGES",
            "status": "finished",
            "started_at": datetime.datetime.now(datetime.timezone.utc),
        }
        tally = Tally(self.resource)
        changes = batch.where(batch[OFFICE_FIELD].isin(self.office_keys)).orderBy(*identity(self.resource), VERSION)
        rows = (without_zones(row, batch.schema) for row in changes.toLocalIterator())
        for sent, result in deliver(
            self.hub,
            self.resource,
            last_changes(rows, self.resource),
            size=self.batch_size,
            name_batch=lambda part: f"{query_id}.{batch_id}.{part}",
        ):
            tally.add(sent, result)
        outcome = describe(state, tally)
        print(f"batch {batch_id}: " + ", ".join(f"{name} {count}" for name, count in outcome["totals"].items()))
        if self.outcomes_table and tally.count:
            record(spark, self.outcomes_table, outcome, self.job_run_id or None)


def read_query_id(spark, checkpoint):
    """The id of the query that owns a checkpoint. A new checkpoint is a new query, whose batches count from 0 again."""
    return json.loads(spark.read.text(f"{checkpoint.rstrip('/')}/metadata").first()[0])["id"]


def carry_modules():
    """Makes the function of a stream bring its modules along.

    Serverless compute pickles it and runs it in a process that cannot import the files beside a notebook. Where no
    Spark is loaded there is nothing to do.
    """
    cloudpickle = sys.modules.get("pyspark.cloudpickle")
    if cloudpickle:
        here = os.path.dirname(__file__)
        for module in list(sys.modules.values()):
            if os.path.dirname(getattr(module, "__file__", None) or "") == here:
                cloudpickle.register_pickle_by_value(module)


def follow(spark, table, sender, *, starting_version="", continuous=False):
    """Sends the changes of a table since the last call, or for ever when `continuous`.

    The first call sends the whole table, then its changes; with `starting_version` only the changes from that version
    on. The table needs delta.enableChangeDataFeed.
    """
    carry_modules()
    reader = spark.readStream.format("delta").option("readChangeFeed", "true")
    if starting_version:
        reader = reader.option("startingVersion", starting_version)
    writer = reader.table(table).writeStream.option("checkpointLocation", sender.checkpoint).foreachBatch(sender)
    writer = writer.trigger(processingTime="1 minute") if continuous else writer.trigger(availableNow=True)
    writer.start().awaitTermination()
