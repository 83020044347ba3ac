import { parseArgs } from 'node:util'
import type { IntegrityRequest } from '../../functions/_shared/integrity/report.ts'

export const usage = `npm run verify -- [--office KEY] [--max-age-hours N] [--json]
       npm run verify -- --source ID-OR-CODE [--json]
  Compares the hub with what its sources last sent: counts, keys, fields, mappings, lost and corrupted records, what is
  served, keys that lead nowhere, unmapped values, freshness. Set MLS_SERVICE_DB_URL (npm run status prints db_url).
  With --source the source itself is read, whole, and compared with the hub: keys in both directions, mapped fields.
  Exit code 0: no error, 1: errors, 2: could not be checked.`

export interface VerifyOptions {
  json: boolean
  source?: string
  request: IntegrityRequest
}

/** Reads the command line; undefined when it cannot be understood. */
export function readOptions(args: string[]): VerifyOptions | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: {
        json: { type: 'boolean', default: false },
        office: { type: 'string' },
        source: { type: 'string' },
        'max-age-hours': { type: 'string' },
      },
    })
    const hours = values['max-age-hours']
    if (hours !== undefined && !/^[1-9]\d{0,4}$/.test(hours)) return undefined
    return {
      json: values.json,
      source: values.source,
      request: { office_key: values.office, max_age_hours: hours === undefined ? undefined : Number(hours) },
    }
  } catch {
    return undefined
  }
}
