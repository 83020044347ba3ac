# Databricks notebook source
# MAGIC %md
# MAGIC # Gold to hub: offices, members, viewings
# MAGIC Three small tables, one run each, in the order in which they refer to each other. Parameters as in 05.

# COMMAND ----------

from hub_ingest import gold_rows, settings, sync

hub, values = settings(
    dbutils,  # noqa: F821
    functions_url="",
    secret_scope="mls-hub",
    office_keys="",
    source="gold",
    mode="",
    office_table="",
    member_table="",
    showing_table="",
    force="false",
    max_reject_share="0.1",
)

# COMMAND ----------

office_keys = [key.strip() for key in values["office_keys"].split(",")]
tables = [
    ("office", values["office_table"]),
    ("member", values["member_table"]),
    ("showing_appointment", values["showing_table"]),
]
totals = {}
for resource, table in tables:
    if not table:
        print(f"{resource}: no table is named, left out")
        continue
    totals[resource] = sync(
        hub,
        gold_rows(spark, table, office_keys, ["X_QobrixModified", "X_QobrixCreated"]),  # noqa: F821
        source=values["source"],
        office_key=office_keys[0],
        resource=resource,
        mode=values["mode"],
        max_reject_share=float(values["max_reject_share"]),
        force=values["force"] == "true",
    )["totals"]

# COMMAND ----------

dbutils.notebook.exit(str(totals))  # noqa: F821
