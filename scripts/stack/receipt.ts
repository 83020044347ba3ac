import type pg from 'pg'
import type { Addresses } from './environment.ts'
import { referencePath } from './reference.ts'
import { readSeedTotals } from './seed.ts'

/** What a fresh start ends with: what the seed did, where things are, what to try. */
export async function printReceipt(pool: pg.Pool, at: Addresses): Promise<void> {
  const totals = await readSeedTotals(pool)
  console.log()
  if (totals) {
    console.log('Demo brokerage, as the ingest door received it:')
    for (const [resource, { sent, ...outcomes }] of Object.entries(totals)) {
      const parts = Object.entries(outcomes).filter(([, count]) => count > 0).map(([what, count]) =>
        `${count} ${what}`
      )
      console.log(`  ${resource.padEnd(20)}${String(sent).padStart(6)} records: ${parts.join(', ')}`)
    }
  } else {
    console.log('No demo brokerage in this database.')
  }
  console.log(`
  OData      ${at.functionsUrl}/odata
  Ingest     ${at.functionsUrl}/ingest/property
  Tokens     ${at.functionsUrl}/oauth/token
  Data API   ${at.apiUrl}/rest/v1/
  Reference  ${at.apiUrl}${referencePath}

  npm run status            keys, clients, users and their tokens
  npm run status -- --json  the same for scripts
  npm stop                  ends it, Ctrl-C does too
`)
}
