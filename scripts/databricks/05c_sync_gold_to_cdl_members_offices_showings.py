# Databricks notebook source
# MAGIC %md
# MAGIC # Gold to hub: offices, members, teams, viewings, open houses, rooms
# MAGIC Small tables, one run each, in the order in which they refer to each other. A table that is not named is left
# MAGIC out. Parameters as in 05.

# COMMAND ----------

import json

from hub_ingest import GOLD, settings, sync_table
from hub_outcomes import to_exit

OF_QOBRIX = ["X_QobrixModified", "X_QobrixCreated"]
STANDARD = ["ModificationTimestamp"]
# resource: the parameter that names its table, and where its records say when they changed
SMALL = {
    "office": ("office_table", OF_QOBRIX),
    "member": ("member_table", OF_QOBRIX),
    "teams": ("team_table", STANDARD),
    "team_members": ("team_member_table", STANDARD),
    "showing_appointment": ("showing_table", OF_QOBRIX),
    "open_house": ("open_house_table", STANDARD),
    "property_rooms": ("room_table", STANDARD),
    "property_unit_types": ("unit_type_table", STANDARD),
}

hub, values = settings(
    dbutils,  # noqa: F821
    required=("functions_url", "office_keys"),
    **{parameter: "" for parameter, _ in SMALL.values()},
    **GOLD,
)

# COMMAND ----------

outcomes = {}
for resource, (parameter, times) in SMALL.items():
    table = values[parameter]
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
        times=times,
    )

# COMMAND ----------

dbutils.notebook.exit(json.dumps({name: json.loads(to_exit(outcome)) for name, outcome in outcomes.items()}))  # noqa: F821
