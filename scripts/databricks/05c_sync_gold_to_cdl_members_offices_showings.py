# Databricks notebook source
# MAGIC %md
# MAGIC # Gold to hub: offices, members, viewings, open houses
# MAGIC Small tables, one run each, in the order in which they refer to each other. A table that is not named is left
# MAGIC out. Parameters as in 05.

# COMMAND ----------

import json

from hub_ingest import GOLD, settings, sync_table
from hub_outcomes import to_exit

hub, values = settings(
    dbutils,  # noqa: F821
    required=("functions_url", "office_keys"),
    office_table="",
    member_table="",
    showing_table="",
    open_house_table="",
    **GOLD,
)

# COMMAND ----------

tables = {
    "office": values["office_table"],
    "member": values["member_table"],
    "showing_appointment": values["showing_table"],
    "open_house": values["open_house_table"],
}
outcomes = {}
for resource, table in tables.items():
    if not table:
        print(f"{resource}: no table is named, left out")
        continue
    outcomes[resource] = sync_table(
        hub,
        values,
        spark=spark,  # noqa: F821
        dbutils=dbutils,  # noqa: F821
        table=table,
        resource=resource,
        times=["ModificationTimestamp"] if resource == "open_house" else ["X_QobrixModified", "X_QobrixCreated"],
    )

# COMMAND ----------

dbutils.notebook.exit(json.dumps({name: json.loads(to_exit(outcome)) for name, outcome in outcomes.items()}))  # noqa: F821
