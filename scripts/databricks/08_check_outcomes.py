# Databricks notebook source
# MAGIC %md
# MAGIC # Did the runs go well?
# MAGIC The last task of a job: reads what the tasks before it left in `outcomes_table` and fails, with every reason in its
# MAGIC message, when a run failed or is missing, when too many records were rejected or stale, or when a FULL run sent none.
# MAGIC Without `job_run_id` it judges the newest run of each resource of the last `hours`.

# COMMAND ----------

import json

from hub_ingest import read_widgets
from hub_outcomes import judge

values = read_widgets(
    dbutils,  # noqa: F821
    required=("outcomes_table", "office_keys", "resources"),
    outcomes_table="",
    office_keys="",
    resources="office,member,property,media,contacts",
    job_run_id="",
    hours="24",
    max_reject_share="0.05",
    max_stale_share="0.2",
    max_flagged="500",
)

# COMMAND ----------

quoted = lambda text: "'" + text.replace("'", "''") + "'"
if values["job_run_id"]:
    which = f"job_run_id = {quoted(values['job_run_id'])}"
else:
    which = f"finished_at > current_timestamp() - make_interval(0, 0, 0, 0, {int(values['hours'])})"
office_key = values["office_keys"].split(",")[0].strip()
query = f"select * from {values['outcomes_table']} where office_key = {quoted(office_key)} and {which}"

findings = judge(
    [row.asDict() for row in spark.sql(query).toLocalIterator()],  # noqa: F821
    [name.strip() for name in values["resources"].split(",") if name.strip()],
    max_reject_share=float(values["max_reject_share"]),
    max_stale_share=float(values["max_stale_share"]),
    max_flagged=int(values["max_flagged"]),
)
for finding in findings:
    print(finding)
if getattr(dbutils, "jobs", None) is not None:  # noqa: F821
    dbutils.jobs.taskValues.set(key="findings", value=json.dumps(findings))  # noqa: F821
if findings:
    raise RuntimeError(f"{len(findings)} finding(s): " + "; ".join(findings))

dbutils.notebook.exit(json.dumps({"office_key": office_key, "findings": findings}))  # noqa: F821
