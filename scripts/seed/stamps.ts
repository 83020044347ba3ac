import { DAY, isoStamp, TODAY } from './calendar.ts'
import type { GoldRecord } from './gold.ts'
import type { Random } from './prng.ts'
import type { Dialect } from './spark.ts'

/** The columns that the nightly gold build writes into every row. */
export function etlStamp(officeKey: string, wire: Dialect): GoldRecord {
  return {
    OriginatingSystemOfficeKey: officeKey,
    etl_timestamp: wire.stamp(TODAY),
    etl_batch_id: 'gold_20261120_000000',
  }
}

/** Source times of a person, office or viewing, as text. */
export function qobrixTimes(random: Random): { X_QobrixCreated: string; X_QobrixModified: string } {
  const age = random.int(30, 1500)
  return {
    X_QobrixCreated: isoStamp(TODAY - age * DAY),
    X_QobrixModified: isoStamp(TODAY - random.int(0, age) * DAY),
  }
}
