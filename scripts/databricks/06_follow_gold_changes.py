# Databricks notebook source
# MAGIC %md
# MAGIC # Gold to hub: a merged table, followed by its change feed
# MAGIC For a gold table that is merged into, with `delta.enableChangeDataFeed`. Sends what changed since the last time,
# MAGIC deletions included, and ends; or stays, when `continuous` is true. For a gold that is rebuilt use 05 with FULL: its
# MAGIC feed holds every record twice, as gone and as new.
# MAGIC
# MAGIC The first time, and with a new `checkpoint`, the whole table is sent, unless `starting_version` names a version. What
# MAGIC vanished before that is told only by a FULL run: run 05 with FULL first, and once a week.

# COMMAND ----------

from hub_changes import ChangeSender, follow
from hub_ingest import settings

hub, values = settings(
    dbutils,  # noqa: F821
    required=("functions_url", "office_keys", "table", "resource", "checkpoint"),
    functions_url="",
    secret_scope="mls-hub",
    office_keys="",
    source="gold",
    resource="property",
    table="",
    checkpoint="",
    starting_version="",
    continuous="false",
    outcomes_table="",
    job_run_id="",
)

# COMMAND ----------

sender = ChangeSender(
    hub,
    resource=values["resource"],
    office_keys=[key.strip() for key in values["office_keys"].split(",") if key.strip()],
    checkpoint=values["checkpoint"],
    source=values["source"],
    outcomes_table=values["outcomes_table"],
    job_run_id=values["job_run_id"],
)
follow(
    spark,  # noqa: F821
    values["table"],
    sender,
    starting_version=values["starting_version"],
    continuous=values["continuous"] == "true",
)
