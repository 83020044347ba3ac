"""Gold tables with every kind of column that Spark has."""

from pathlib import Path

OFFICE = "SHARPSIR-CY-001"
ALIAS = "CSIR"

# One listing of `id`, as SQL. Times: a timestamp, one without zone, and text, all from the same instant.
LISTING = f"""
  concat('SPARK_', lpad(cast(id as string), 6, '0')) as ListingKey,
  concat('SP-', id) as ListingId,
  case when id % 10 = 0 then '{ALIAS}' else '{OFFICE}' end as OriginatingSystemOfficeKey,
  case when id % 7 = 0 then 'Pending' else 'Active' end as StandardStatus,
  'Residential' as PropertyType,
  case when id % 11 = 0 then null else cast(100000 + id * 12.25 as decimal(18, 2)) end as ListPrice,
  'EUR' as ListPriceCurrencyCode,
  cast(id % 6 as int) as BedroomsTotal,
  case when id % 13 = 0 then double('NaN') when id % 17 = 0 then double('Infinity') else 50.5 + id % 100 end as LivingArea,
  cast(1950 + id % 70 as bigint) as YearBuilt,
  case id % 3 when 0 then 'Лимассол' when 1 then 'Limassol' else null end as City,
  'CY' as Country,
  case when id % 5 = 0 then '' else concat('Θέα στη θάλασσα / вид на море ', id) end as PublicRemarks,
  date_add(date'2025-01-01', cast(id % 300 as int)) as ListingContractDate,
  timestamp'2026-01-01T00:30:00Z' + make_interval(0, 0, 0, 0, 0, cast(id as int)) as ModificationTimestamp,
  timestamp_ntz'2025-10-26 00:30:00' as OriginalEntryTimestamp,
  named_struct('at', timestamp'2026-01-01T00:30:00Z', 'fee', cast(1.10 as decimal(9, 2)), 'inner', named_struct('x', float('Infinity'))) as X_Nested,
  array(cast(1.5 as decimal(5, 2)), null) as X_Decimals,
  map('first', date'2026-01-31') as X_Map,
  unhex('00FF') as X_Thumb
"""


def create_listings(spark, table, count, folder):
    """A gold table of listings. Where its files are there already, another process has made it."""
    path = f"{folder}/{table}"
    spark.sql("create schema if not exists gold")
    query = "" if Path(path, "_delta_log").exists() else f" as select {LISTING} from range({count})"
    spark.sql(f"create table {table} using delta location '{path}'{query}")


def create_others(spark):
    """Small tables of the other resources, and rows of another office that must not be sent."""
    times = "timestamp'2026-01-01T00:30:00Z' as X_QobrixModified, cast(null as string) as X_QobrixCreated"
    tables = {
        "gold.media": f"""select concat('SPARK_M', id) as MediaKey, concat('SPARK_', lpad(cast(id div 2 as string), 6, '0')) as ResourceRecordKey,
          '{OFFICE}' as OriginatingSystemOfficeKey, 'Photo' as MediaCategory, 'image/jpeg' as MediaType, concat('https://cdn.example/', id, '.jpg') as MediaURL,
          cast(id % 2 as int) as `Order`, {times} from range(40)""",
        "gold.contacts": f"""select concat('SPARK_C', id) as ContactKey, '{OFFICE}' as OriginatingSystemOfficeKey, 'Μαρία' as FirstName,
          concat('Test ', id) as LastName, {times} from range(20)""",
        "gold.office": f"select 'SPARK_O' as OfficeKey, '{OFFICE}' as OriginatingSystemOfficeKey, 'Paphos' as OfficeName, {times}",
        "gold.member": f"""select 'SPARK_A' as MemberKey, '{OFFICE}' as OriginatingSystemOfficeKey, 'Eleni' as MemberFirstName, 'Test' as MemberLastName, {times}""",
        "gold.showing": f"""select 'SPARK_S' as ShowingAppointmentKey, '{OFFICE}' as OriginatingSystemOfficeKey, 'SPARK_000001' as ListingKey, {times}""",
    }
    for table, query in tables.items():
        spark.sql(f"create table {table} as {query}")
