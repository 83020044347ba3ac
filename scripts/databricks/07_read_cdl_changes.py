# Databricks notebook source
# MAGIC %md
# MAGIC # Hub to analytics: what changed
# MAGIC Follows ModificationTimestamp of the RESO Web API and merges what it reads into a Delta table. The stamps of the
# MAGIC hub are given out in commit order, so a reader that asks for everything after the last one it has seen misses
# MAGIC nothing. The client needs the scope `odata`.

# COMMAND ----------

import json
import urllib.parse

from hub_ingest import settings

hub, values = settings(
    dbutils,  # noqa: F821
    required=("functions_url", "table"),
    functions_url="",
    secret_scope="mls-hub-reader",
    resource="Property",
    key="ListingKey",
    table="",
    page_size="1000",
)

# COMMAND ----------


def last_stamp():
    """Where the table ends; None for a new one."""
    if not spark.catalog.tableExists(values["table"]):  # noqa: F821
        return None
    rows = list(spark.sql(f"select max(ModificationTimestamp) as stamp from {values['table']}").toLocalIterator())  # noqa: F821
    return rows[0].asDict()["stamp"] if rows else None


def pages(since):
    """Pages of the collection in the order of their stamps, by nextLink."""
    options = {"$orderby": "ModificationTimestamp", "$top": values["page_size"]}
    if since:
        options["$filter"] = f"ModificationTimestamp gt {since}"
    path = f"/odata/{values['resource']}?{urllib.parse.urlencode(options, quote_via=urllib.parse.quote)}"
    while True:
        answer = hub.call("GET", path)
        if answer["value"]:
            yield answer["value"]
        if len(answer["value"]) < int(values["page_size"]):
            return
        options["$filter"] = f"ModificationTimestamp gt {answer['value'][-1]['ModificationTimestamp']}"
        path = f"/odata/{values['resource']}?{urllib.parse.urlencode(options, quote_via=urllib.parse.quote)}"


# COMMAND ----------

count = 0
for page in pages(last_stamp()):
    rows = [
        {"record_key": row[values["key"]], "ModificationTimestamp": row["ModificationTimestamp"], "payload": json.dumps(row)}
        for row in page
    ]
    changes = spark.createDataFrame(rows, "record_key string, ModificationTimestamp string, payload string")  # noqa: F821
    if spark.catalog.tableExists(values["table"]):  # noqa: F821
        changes.createOrReplaceTempView("changes")
        spark.sql(  # noqa: F821
            f"""merge into {values['table']} t using changes c on t.record_key = c.record_key
                when matched then update set * when not matched then insert *"""
        )
    else:
        changes.write.saveAsTable(values["table"])
    count += len(rows)
    print(f"  {count} changes read, up to {rows[-1]['ModificationTimestamp']}")

dbutils.notebook.exit(str(count))  # noqa: F821
