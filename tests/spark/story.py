"""The notebooks under PySpark with Delta, against a local stack: one story from a killed first load to the way back.

usage: story.py STATUS.json JARS FOLDER COUNT [connect]
STATUS.json is what `npm run status -- --json` prints of a stack without the demo brokerage, JARS the jars of Delta,
FOLDER an empty folder, COUNT the number of listings. With `connect` through Spark Connect, as serverless compute is
spoken to. Ends with 1 at the first thing that does not hold.
"""

import contextlib
import io
import json
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

import pg8000.dbapi
import session
from pyspark.sql.functions import expr
from gold import ALIAS, OFFICE, create_listings, create_others

import hub_ingest  # session.py has put its folder on the path
from hub_changes import ChangeSender, carry_modules
from hub_client import Hub

STATUS = json.loads(Path(sys.argv[1]).read_text())
JARS, FOLDER, COUNT, CONNECT = sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5:] == ["connect"]
BATCH = min(500, COUNT // 6)
WRITER, READER, OPERATOR = (STATUS["clients"][name] for name in ("databricks", "verifier_all", "operator"))
LISTINGS = "05_sync_gold_to_cdl_listings"
COMMON = {"functions_url": STATUS["functions_url"], "office_keys": f"{OFFICE},{ALIAS}", "outcomes_table": "gold.outcomes"}


def query(sql):
    """Rows of the hub's database, as dictionaries."""
    at = urllib.parse.urlsplit(STATUS["db_url"])
    connection = pg8000.dbapi.connect(at.username, at.hostname, at.path[1:], at.port, at.password)
    with contextlib.closing(connection):
        cursor = connection.cursor()
        cursor.execute(sql)
        return [dict(zip([column[0] for column in cursor.description], row)) for row in cursor.fetchall()]


@contextlib.contextmanager
def step(name):
    print(f"== {name}")
    started = time.time()
    yield
    print(f"   {time.time() - started:.1f} s\n")


def check(what, actual, expected):
    if actual != expected:
        raise SystemExit(f"   {what}: expected {expected!r}, got {actual!r}")
    print(f"   {what}: {actual}")


def sync(name=LISTINGS, table="gold.listings", mode="FULL", **widgets):
    """One notebook, its own prints kept back; answers its outcome."""
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            result = session.run_notebook(spark, name, WRITER, **{**COMMON, "table": table, "mode": mode, **widgets})
    except BaseException:
        print(printed.getvalue()[-2000:])
        raise
    outcome = json.loads(result) if result else None
    if outcome and "totals" in outcome:
        counts = ", ".join(f"{kind} {count}" for kind, count in outcome["totals"].items() if count)
        rate = outcome["sent"] / outcome["seconds"]
        print(f"   {mode} {outcome['resource']}: {outcome['sent']} in {outcome['seconds']:.1f} s ({rate:.0f}/s): {counts}")
    return outcome


spark = session.start_spark(JARS, FOLDER, CONNECT)
hub_ingest.BATCH_SIZE = BATCH
through = "Spark Connect" if CONNECT else "a session of its own"
print(f"Spark {spark.version} through {through}, Python {sys.version.split()[0]}; {COUNT} listings\n")
session.set_zones(spark, "Asia/Nicosia", "Pacific/Auckland")

with step("FULL, killed in the middle, in Los Angeles; resumed in Nicosia"):
    given = {"jars": JARS, "folder": FOLDER, "connect": CONNECT, "count": COUNT, "client": WRITER}
    given.update({"batch_size": BATCH, "crash_after": 3})
    given["widgets"] = {**COMMON, "outcomes_table": "", "table": "gold.listings", "mode": "FULL"}
    crash = [sys.executable, str(Path(__file__).parent / "crash.py")]
    killed = subprocess.run(crash, input=json.dumps(given), text=True, capture_output=True)
    if killed.returncode != 9:
        print(killed.stdout[-2000:], killed.stderr[-4000:])
    check("exit code of the killed process", killed.returncode, 9)
    check("run left open", [row["status"] for row in query("select status from public.mls_ingest_runs")], ["open"])
    create_listings(spark, "gold.listings", COUNT, FOLDER)
    outcome = sync()
    check("inserted, each once", outcome["totals"]["insert"], COUNT)
    check("runs", [row["status"] for row in query("select status from public.mls_ingest_runs")], ["finished"])

with step("what arrived: exact decimals, nulls, nested values, one instant whatever the zones"):
    # some were sent from Los Angeles (before the crash), the others from Nicosia: all say the same instants
    [row] = query("""select count(*) as n, count(distinct origin_modified_ts) as times,
        min(origin_modified_ts at time zone 'UTC')::text as first,
        min(origin_created_ts at time zone 'UTC')::text as created,
        max(origin_created_ts at time zone 'UTC')::text as created_last,
        sum(list_price)::text as price, count(list_price) as priced, count(living_area) as areas, count(city) as cities
      from public.mls_listings""")
    gold = spark.sql("""select count(*) as n, cast(sum(ListPrice) as string) as price, count(ListPrice) as priced, count(City) as cities,
        count_if(not isnan(LivingArea) and LivingArea < 1e9) as areas from gold.listings""").first().asDict()
    check("rows, prices, sums, areas and towns as in gold", {name: row[name] for name in gold}, gold)
    check("source times", (row["times"], row["first"]), (COUNT, "2026-01-01 00:30:00"))
    check("times without zone are UTC", (row["created"], row["created_last"]), ("2025-10-26 00:30:00",) * 2)
    [nested] = query("""select payload - array['ListingKey'] as p from public.mls_listing_origins o
      where payload ->> 'ListingKey' = 'SPARK_000001'""")
    extra = {name: value for name, value in nested["p"].items() if name.startswith("X_")}
    check("nested values", extra, {
        "X_Nested": {"at": "2026-01-01T00:30:00Z", "fee": "1.10", "inner": {"x": "Infinity"}},
        "X_Decimals": ["1.50", None],
        "X_Map": {"first": "2026-01-31"},
        "X_Thumb": "AP8=",
    })
    hub = Hub(STATUS["functions_url"], OPERATOR["client_id"], OPERATOR["client_secret"])
    findings = hub.call("GET", f"/admin/integrity?office_key={OFFICE}")["findings"]
    check("errors of the integrity report, gold against hub", [f for f in findings if f["severity"] == "error"], [])

with step("the same FULL from other zones changes nothing"):
    for process, zone in (("America/Los_Angeles", "UTC"), ("Pacific/Auckland", "America/New_York")):
        session.set_zones(spark, process, zone)
        check(f"unchanged, process in {process}, session in {zone}", sync()["totals"]["unchanged"], COUNT)

with step("DELTA reads what is newer than the watermark, east and west of UTC, timestamps and text"):
    [row] = query("select max(watermark)::text as w from public.mls_ingest_runs where status = 'finished'")
    print(f"   watermark {row['w']}")
    again = min(COUNT, 61)  # gold has one a minute, and the hub asks for an hour of overlap
    for process, zone in (("Pacific/Auckland", "Pacific/Auckland"), ("America/Los_Angeles", "America/Los_Angeles")):
        session.set_zones(spark, process, zone)
        check(f"sent in {zone}", sync(mode="DELTA")["sent"], again)
    # gold as text, with an offset that makes a time look eight hours older than it is
    spark.conf.set("spark.sql.session.timeZone", "-08:00")
    text = "concat(date_format(ModificationTimestamp, \"yyyy-MM-dd'T'HH:mm:ss\"), '-08:00') as Text"
    texts = spark.table("gold.listings").selectExpr("*", text).drop("ModificationTimestamp")
    texts.withColumnRenamed("Text", "ModificationTimestamp").write.saveAsTable("gold.texts")
    check("sent from text with an offset of -08:00", sync(table="gold.texts", mode="DELTA")["sent"], again)

with step("nulls: a price and a text that gold clears are cleared"):
    spark.sql("""update gold.listings set ListPrice = null, City = null, ModificationTimestamp = timestamp'2026-02-01T00:00:00Z'
      where ListingId = 'SP-1'""")
    outcome = sync(mode="DELTA")
    check("refreshed", outcome["totals"]["refresh"], 1)
    held = query("select list_price, city from public.mls_listings where origin_key = 'SPARK_000001'")
    check("held", held, [{"list_price": None, "city": None}])

with step("a value without a form in JSON is named by key and field"):
    spark.sql("create table gold.broken as select *, cast(1.5 as double) as X_Ok from gold.listings limit 3")
    spark.sql("create or replace temp view broken as select *, interval '1' day as X_Age from gold.broken")
    try:
        sync(table="broken", source="broken")
        check("error", None, "ValueError")
    except ValueError as error:
        check("error", "field X_Age holds a timedelta" in str(error) and "SPARK_" in str(error), True)
        print(f"   {error}")

with step("the other resources"):
    create_others(spark)
    check("media", sync("05a_sync_gold_to_cdl_media", "gold.media")["totals"]["insert"], 40)
    check("contacts", sync("05b_sync_gold_to_cdl_contacts", "gold.contacts")["totals"]["insert"], 20)
    small = {"office_table": "gold.office", "member_table": "gold.member", "showing_table": "gold.showing"}
    outcomes = sync("05c_sync_gold_to_cdl_members_offices_showings", "", **small)
    check("offices, members, viewings", {name: outcome["totals"]["insert"] for name, outcome in outcomes.items()},
          {"office": 1, "member": 1, "showing_appointment": 1})

with step("FULL flags what vanished"):
    spark.sql(f"delete from gold.listings where cast(substring(ListingId, 4) as int) >= {COUNT - 5}")
    check("flagged", sync()["flagged_deleted"], 5)

with step("a merged table, followed by its change feed"):
    widgets = {"resource": "property", "checkpoint": f"{FOLDER}/checkpoint", "table": "gold.merged", "mode": "CHANGES"}
    outcomes = "select run_id, sent, totals from gold.outcomes where mode = 'CHANGES' order by finished_at"
    last = lambda: spark.sql(outcomes).collect()
    follow = lambda: sync("06_follow_gold_changes", **widgets)
    merged = min(COUNT - 5, 1_000)
    spark.sql(f"create table gold.merged as select * from gold.listings where cast(substring(ListingId, 4) as int) < {merged}")
    follow()
    check("first: the whole table, as gold holds it", [(row.sent, row.totals["unchanged"]) for row in last()], [(merged, merged)])
    spark.sql("""merge into gold.merged t using (
        select ListingKey, 'change' as what from gold.merged where cast(substring(ListingId, 4) as int) < 10
        union all select ListingKey, 'drop' from gold.merged where cast(substring(ListingId, 4) as int) between 10 and 12) s
      on t.ListingKey = s.ListingKey
      when matched and s.what = 'drop' then delete
      when matched then update set ListPrice = cast(777777.00 as decimal(18, 2)), ModificationTimestamp = timestamp'2026-03-01T00:00:00Z'""")
    one = spark.table("gold.merged").where("ListPrice is null or ListPrice <> 777777").limit(1)
    new = one.withColumn("ListingKey", expr("'SPARK_NEW'")).withColumn("ListingId", expr("'SP-NEW'"))
    new.write.mode("append").saveAsTable("gold.merged")
    follow()
    sent = last()[-1]
    print(f"   second micro-batch {sent.run_id}: {dict(sent.totals)}")
    check("changes: 10 updates, 3 deletions, 1 insert", sent.sent, 14)
    check("prices", query("select count(*) as n from public.mls_listings where list_price = 777777"), [{"n": 10}])
    gone = """select count(*) as n from public.mls_listings
      where origin_deleted and origin_key between 'SPARK_000010' and 'SPARK_000012'"""
    if "delete" in sent.totals:
        check("refreshed, inserted, deleted", [sent.totals.get(kind) for kind in ("refresh", "insert", "delete")], [10, 1, 3])
        check("flagged as gone", query(gone), [{"n": 3}])
    else:
        print("   deletions: NOT CHECKED. This hub has no outcome `delete`; the records were sent, and counted as refresh")
        check("refreshed (3 of them deletions) and inserted", (sent.totals["refresh"], sent.totals["insert"]), (13, 1))
    before = len(last())
    follow()
    check("nothing new, nothing sent", len(last()), before)
    commit = sorted(Path(f"{FOLDER}/checkpoint/commits").glob("[0-9]*"), key=lambda path: int(path.name))[-1]
    number = len(query("select batch_id from public.mls_ingest_receipts"))
    commit.unlink()
    Path(f"{FOLDER}/checkpoint/commits/.{commit.name}.crc").unlink(missing_ok=True)
    follow()
    repeated = last()[-1]
    check("a micro-batch that Spark repeats has the same name and answer", (repeated.run_id, repeated.totals), (sent.run_id, sent.totals))
    check("and no receipt of its own", len(query("select batch_id from public.mls_ingest_receipts")), number)

with step("the function of foreachBatch travels to a process that has none of its files, as on serverless compute"):
    from pyspark import cloudpickle

    carry_modules()
    sender = ChangeSender(hub, resource="property", office_keys=[OFFICE], checkpoint="/x")
    Path(f"{FOLDER}/sender").write_bytes(cloudpickle.dumps(sender))
    load = f"import pickle; sender = pickle.load(open('{FOLDER}/sender', 'rb'))"
    ask = f"{load}; print('findings' in sender.hub.call('GET', '/admin/integrity'), callable(sender))"
    elsewhere = subprocess.run([sys.executable, "-c", ask], cwd="/", text=True, capture_output=True)
    check("it speaks to the hub there", (elsewhere.stdout.strip(), elsewhere.stderr), ("True True", ""))

with step("outcomes in Delta tables, and the task that judges them"):
    judged = session.run_notebook(spark, "08_check_outcomes", WRITER, **COMMON, resources="media,contacts,office", hours="2")
    check("findings", json.loads(judged)["findings"], [])
    price = "case when cast(substring(ListingId, 4) as int) % 5 = 0 then 'on request' else cast(ListPrice as string) end"
    spark.table("gold.listings").withColumn("ListPrice", expr(price)).write.saveAsTable("gold.bad")
    bad = sync(table="gold.bad", max_reject_share="1", job_run_id="4711")
    rejects = spark.sql("""select reason, count(*) as n, max(errors[0].field) as field, max(errors[0].code) as code
      from gold.outcomes_rejects group by 1""").collect()
    check("rejects by reason", [row.asDict() for row in rejects],
          [{"reason": "invalid_fields", "n": (COUNT - 5 + 4) // 5, "field": "ListPrice", "code": "invalid_number"}])
    check("rejected in the outcome", bad["totals"]["reject"], rejects[0].n)
    try:
        session.run_notebook(spark, "08_check_outcomes", WRITER, **COMMON, resources="property", job_run_id="4711")
        check("the check", "passed", "failed")
    except RuntimeError as error:
        check("the check fails", "records were rejected" in str(error), True)
        print(f"   {error}")

with step("the way back: the hub's changes into a Delta table"):
    widgets = {"functions_url": STATUS["functions_url"], "table": "gold.from_hub", "page_size": "1000"}
    quiet = lambda: session.run_notebook(spark, "07_read_cdl_changes", READER, **widgets)
    first = int(quiet())
    [held] = query('select count(*) as n from public.served_property where not is_deleted')
    check("read", first, held["n"])
    rows = spark.sql("select count(*) as n, count(distinct record_key) as k from gold.from_hub").first().asDict()
    check("rows of the table", rows, {"n": first, "k": first})
    check("read again", int(quiet()), 0)

summary = spark.sql("""select mode, resource, count(*) as runs, sum(sent) as sent, round(sum(seconds), 1) as seconds
  from gold.outcomes where status = 'finished' group by 1, 2 order by 1, 2""")
for row in summary.collect():
    print(f"{row.mode:8} {row.resource:20} {row.runs} runs, {row.sent} records in {row.seconds} s")
spark.stop()
