"""Loads the listings and is killed after some batches; story.py starts it again in its own process.

usage: crash.py < {"jars", "folder", "count", "client", "widgets", "batch_size", "crash_after"}
"""

import json
import os
import sys

import session
from gold import create_listings

given = json.load(sys.stdin)
spark = session.start_spark(given["jars"], given["folder"])
session.set_zones(spark, "America/Los_Angeles", "Asia/Tokyo")
create_listings(spark, given["widgets"]["table"], given["count"], given["folder"])

import hub_ingest  # noqa: E402  (session.py has put its folder on the path)

hub_ingest.BATCH_SIZE = given["batch_size"]
answered, call = 0, hub_ingest.Hub.call


def dying(self, method, path, *rest, **options):
    global answered
    answer = call(self, method, path, *rest, **options)
    answered += "?run=" in path
    if answered == given["crash_after"]:
        os._exit(9)
    return answer


hub_ingest.Hub.call = dying
session.run_notebook(spark, "05_sync_gold_to_cdl_listings", given["client"], **given["widgets"])
