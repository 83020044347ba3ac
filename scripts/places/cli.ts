import { readFileSync } from 'node:fs'
import process from 'node:process'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { databaseAddress } from '../../functions/_shared/db/address.ts'
import { readPlaces } from './read.ts'

const usage =
  `npm run places -- --file <csv or geojson> --kind city|neighbourhood|school --source <name> --licence <how it wants to be named> [--country CY]
  Takes places into mls_places of the database in MLS_SERVICE_DB_URL. CSV needs the columns name, latitude, longitude;
  key, country, region and other_names (joined by |) are taken too, others become properties. GeoJSON needs a name in its
  properties; of polygons the middle is the place. A place of the same source, kind and key is replaced.`

async function main(): Promise<number> {
  const names = ['file', 'kind', 'source', 'licence', 'country'] as const
  const { values } = parseArgs({
    options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
  })
  const { file, kind, source, licence, country } = values as Record<typeof names[number], string | undefined>
  const url = process.env.MLS_SERVICE_DB_URL
  if (!file || !kind || !source || !licence || !url) {
    console.error(usage)
    return 2
  }
  const places = readPlaces(file, readFileSync(file, 'utf8'), country)
  const client = new pg.Client(databaseAddress('MLS_SERVICE_DB_URL', url))
  await client.connect()
  try {
    const { rows: [{ loaded }] } = await client.query('select mls.load_places($1, $2, $3, $4) as loaded', [
      source,
      licence,
      kind,
      JSON.stringify(places),
    ])
    console.log(`${loaded} places.`)
  } finally {
    await client.end()
  }
  return 0
}

process.exitCode = await main()
