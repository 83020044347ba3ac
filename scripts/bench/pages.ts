import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { startChild } from '../stack/child.ts'
import { compare, type Line, median, milliseconds, ms, runs, type Subject } from './harness.ts'
import type { BenchHub } from './hub.ts'
import { fullWidthBatch } from './records.ts'

const pageSize = 1000

/** Reading over OData: a page of full rows against bare SQL, and the last page of a long walk against the first. */
export const pages: Subject<BenchHub> = {
  name: 'pages',
  async run(hub) {
    const bearer = await hub.token('portal_cy')
    return [await fullPage(hub, bearer), await deepPage(hub, bearer)]
  },
}

function reader(bearer: string) {
  const headers = {
    Authorization: `Bearer ${bearer}`,
    'Accept-Encoding': 'identity',
    Prefer: `odata.maxpagesize=${pageSize}`,
  }
  return async (url: string): Promise<ArrayBuffer> => {
    const response = await fetch(url, { headers })
    const bytes = await response.arrayBuffer()
    if (!response.ok) {
      throw new Error(`${url}: ${response.status} ${new TextDecoder().decode(bytes).slice(0, 300)}`)
    }
    return bytes
  }
}

async function fullPage(hub: BenchHub, bearer: string): Promise<Line> {
  const { client, databaseUrl, functionsUrl } = hub
  await client.query(
    `select mls.ingest_batch('property', $1::jsonb, '{"client_id": "bench", "request_path": "bench"}')`,
    [JSON.stringify(fullWidthBatch('page').map((r) => ({ r, e: [], w: [] })))],
  )
  await client.query('analyze')
  const read = reader(bearer)
  const bareServer = startChild({
    program: fileURLToPath(new URL('bare-page.ts', import.meta.url)),
    args: [],
    environment: { BARE_DATABASE_URL: databaseUrl },
    onLine: (line) => console.error(line),
  })
  try {
    const { port } = await bareServer.heard('ready')
    const size = { bare: 0, ours: 0 }
    const { bare, ours } = await compare({
      bare: async () => {
        size.bare = (await read(`http://127.0.0.1:${port}/?limit=${pageSize}`)).byteLength
      },
      ours: async () => {
        size.ours = (await read(`${functionsUrl}/odata/Property?$top=${pageSize}`)).byteLength
      },
    })
    // timestamps are written otherwise, a few bytes each
    if (size.ours < size.bare * 0.99) {
      throw new Error(`OData answered ${size.ours} bytes, bare SQL ${size.bare}`)
    }
    return {
      name: 'OData, page of 1,000 full rows',
      value: bare / ours,
      unit: 'x',
      limit: { min: 0.6 },
      detail: `${(size.ours / 1e6).toFixed(1)} MB in ${ms(ours)}, bare ${ms(bare)}`,
    }
  } finally {
    await bareServer.stop()
  }
}

/** Follows nextLink to the end of a long collection, several times. */
async function deepPage({ client, functionsUrl, rows }: BenchHub, bearer: string): Promise<Line> {
  await multiply(client, rows)
  const read = reader(bearer)
  const firsts: number[] = []
  const lasts: number[] = []
  const start = `${functionsUrl}/odata/Property?$select=ListingKey,City,ListPrice`
  for (let run = 0; run <= runs; run++) {
    let seen = 0
    for (let url: string | undefined = start; url;) {
      let bytes = new ArrayBuffer(0)
      const at: string = url
      const time = await milliseconds(async () => bytes = await read(at))
      const { value, '@odata.nextLink': next } = JSON.parse(new TextDecoder().decode(bytes))
      if (run > 0 && seen === 0) firsts.push(time)
      seen += value.length
      url = next
      // the last full page: what remains after it would be less work
      if (run > 0 && value.length === pageSize && rows - seen < pageSize) lasts.push(time)
    }
    if (seen !== rows) throw new Error(`the walk found ${seen} of ${rows} rows`)
  }
  return {
    name: `OData, last page of ${rows.toLocaleString('en')} rows`,
    value: median(lasts) / median(firsts),
    unit: 'x',
    limit: { max: 1.3 },
    detail: `${ms(median(lasts))}, the first ${ms(median(firsts))}; ${pageSize} rows a page, by nextLink`,
  }
}

/** Fills the served table up with copies of its first row that have keys, places and small documents of their own. */
async function multiply(client: pg.Client, rows: number): Promise<void> {
  const { rows: attributes } = await client.query(
    `select quote_ident(attname) as name from pg_attribute
     where attrelid = 'public.served_property'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
  )
  const own: Record<string, string> = {
    record_id: 'gen_random_uuid()',
    seq: '1000000 + n',
    stamp: 's.stamp + n',
    '"ModificationTimestamp"': 'mls.stamp_time(s.stamp + n)',
    doc: `'"ListingKey" : "COPY_' || n || '"'`,
    '"ListingKey"': `'COPY_' || n`,
    '"PublicRemarks"': 'null',
  }
  const names = attributes.map(({ name }) => name as string)
  await client.query(
    `insert into public.served_property (${names.join(', ')})
     select ${names.map((name) => own[name] ?? `s.${name}`).join(', ')}
     from (select * from public.served_property order by seq limit 1) s
     cross join generate_series(1, $1::integer - (select count(*) from public.served_property)) n`,
    [rows],
  )
  await client.query('analyze public.served_property')
}
