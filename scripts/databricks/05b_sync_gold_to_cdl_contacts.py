# Databricks notebook source
# MAGIC %md
# MAGIC # Gold to hub: contacts
# MAGIC One run for one market. `mode` FULL sends everything and tells the hub which keys exist, so that it can flag what
# MAGIC vanished (refused above a share of 20 %, unless `force` is true). DELTA goes on from the hub's watermark.
# MAGIC Safe to repeat at any time. The job fails when too many records are rejected; they wait in the quarantine.

# COMMAND ----------

from hub_ingest import gold_rows, settings, sync

hub, values = settings(
    dbutils,  # noqa: F821
    functions_url="",
    secret_scope="mls-hub",
    office_keys="",
    source="gold",
    mode="",
    table="",
    force="false",
    max_reject_share="0.1",
)

# COMMAND ----------

# Today's key first; older names of the office (CSIR, HSIR) behind it, separated by commas.
office_keys = [key.strip() for key in values["office_keys"].split(",")]
if not values["table"]:
    raise ValueError("Set the widget table, such as mls2.gold.contacts: there is no default for a source")

receipt = sync(
    hub,
    gold_rows(spark, values["table"], office_keys, ["X_QobrixModified", "X_QobrixCreated"]),  # noqa: F821
    source=values["source"],
    office_key=office_keys[0],
    resource="contacts",
    mode=values["mode"],
    max_reject_share=float(values["max_reject_share"]),
    force=values["force"] == "true",
)

# COMMAND ----------

dbutils.notebook.exit(str(receipt["totals"]))  # noqa: F821
