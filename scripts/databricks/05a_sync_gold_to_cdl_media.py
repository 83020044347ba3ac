# Databricks notebook source
# MAGIC %md
# MAGIC # Gold to hub: media
# MAGIC One run for one market. `mode` FULL sends everything and tells the hub which keys exist, so that it can flag what
# MAGIC vanished (refused above a share of 20 %, unless `force` is true). DELTA goes on from the hub's watermark.
# MAGIC Safe to repeat at any time. The job fails when too many records are rejected; they wait in the quarantine.

# COMMAND ----------

from hub_ingest import GOLD, settings, sync_table
from hub_outcomes import to_exit

hub, values = settings(
    dbutils,  # noqa: F821
    required=("functions_url", "office_keys", "table"),
    table="",
    **GOLD,
)

# COMMAND ----------

outcome = sync_table(
    hub,
    values,
    spark=spark,  # noqa: F821
    dbutils=dbutils,  # noqa: F821
    table=values["table"],
    resource="media",
    times=["X_QobrixModified", "X_QobrixCreated"],
)

# COMMAND ----------

dbutils.notebook.exit(to_exit(outcome))  # noqa: F821
