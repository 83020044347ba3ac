import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { cyprus, type GoldRecord, ingest, listing, outcomes, seedMarkets } from '../support/gold.ts'

/**
 * Whatever the order and repetition of batches, and whatever brokers do in between, the end state is the one that
 * the rules define. The rules are written down here a second time, in a few lines and for a few fields.
 */
let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
  await seedMarkets(database.pool)
})
afterAll(() => database?.drop())

const keys = ['QOBRIX_1', 'QOBRIX_2', 'QOBRIX_3']

/**
 * A version of a listing at its source: the later the time, the newer; two variants of one time are two contents under
 * an equal time. What a record says of its time is true, in another zone, far in the future, hours too early (a local
 * time that was read as UTC and is corrected now), or nothing.
 */
const version = fc.record({
  key: fc.constantFrom(...keys),
  time: fc.integer({ min: 0, max: 9 }),
  variant: fc.constantFrom(0, 0, 0, 1),
  says: fc.constantFrom('true', 'true', 'true', 'zone', 'future', 'shifted', 'missing', 'null'),
})
type Version = typeof version extends fc.Arbitrary<infer T> ? T : never
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.array(version, { minLength: 1, maxLength: 4 }).map((batch) => ({
      kind: 'batch' as const,
      batch,
    })),
  },
  { weight: 1, arbitrary: fc.constantFrom(...keys).map((key) => ({ kind: 'claim' as const, key })) },
  { weight: 1, arbitrary: fc.constantFrom(...keys).map((key) => ({ kind: 'edit' as const, key })) },
  { weight: 1, arbitrary: fc.constantFrom(...keys).map((key) => ({ kind: 'takeOver' as const, key })) },
)

const priceOf = ({ time }: Version) => 1_000 + Math.floor(time / 3) // several versions have the same price
const cityOf = ({ time, variant }: Version) => `Town ${time}.${variant}`

/** What the hub may take for the time of a record: none where there is none, or one beyond its clock. */
function evidence({ time, says }: Version): number | null {
  if (says === 'future' || says === 'missing' || says === 'null') return null
  return says === 'shifted' ? time - 3 : time
}

function recordOf(one: Version): GoldRecord {
  const at = (hour: number) => new Date(Date.UTC(2026, 0, 1, 12 + hour)).toISOString().slice(0, 19)
  const record = listing(Number(one.key.slice(-1)), { ListPrice: priceOf(one), City: cityOf(one) })
  record.ModificationTimestamp = {
    true: `${at(one.time)}Z`,
    zone: `${at(one.time + 3)}+03:00`,
    shifted: `${at(one.time - 3)}Z`,
    future: `2099-01-0${one.time + 1 > 9 ? 9 : one.time + 1}T00:00:00Z`,
    missing: undefined,
    null: null,
  }[one.says]
  if (one.says === 'missing') delete record.ModificationTimestamp
  return record
}

interface Model {
  /** The newest time that was evidence; null before the first. */
  time: number | null
  /** What the source said last, as far as it was applied. */
  source: { price: number; city: string }
  price: number
  city: string
  claimed: boolean
  managed: boolean
}

/** The rules, one record after the other. */
function applied(state: Map<string, Model>, one: Version): void {
  const known = state.get(one.key)
  const time = evidence(one)
  const said = { price: priceOf(one), city: cityOf(one) }
  if (!known) {
    state.set(one.key, { time, source: said, ...said, claimed: false, managed: true })
    return
  }
  if (!known.managed || (time !== null && known.time !== null && time < known.time)) return
  const isSame = said.city === known.source.city && said.price === known.source.price
  if (!isSame) {
    if (said.price !== known.source.price || !known.claimed) known.price = said.price
    if (!known.claimed) known.city = said.city
    known.source = said
  }
  // a record without a time moves none
  known.time = time ?? known.time
}

/** Of several records of one key in one batch the newest counts, of equal ones the last; a time beats none. */
function newestOf(batch: Version[]): Version[] {
  const newest = new Map<string, Version>()
  for (const one of batch) {
    const known = newest.get(one.key)
    if (!known || (evidence(one) ?? -Infinity) >= (evidence(known) ?? -Infinity)) newest.set(one.key, one)
  }
  return [...newest.values()]
}

async function reset(): Promise<void> {
  await database.pool.query(
    `delete from public.mls_listing_media; delete from public.mls_listings; delete from public.mls_ingest_receipts;
    delete from public.mls_ingest_quarantine`,
  )
}

describe('any order and repetition', () => {
  it('of batches and edits ends in the state that the rules define', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
        await reset()
        const model = new Map<string, Model>()
        for (const one of steps) {
          if (one.kind === 'batch') {
            await ingest(database.pool, 'property', one.batch.map(recordOf))
            for (const counted of newestOf(one.batch)) applied(model, counted)
            continue
          }
          const known = model.get(one.key)
          const change = {
            claim:
              `claimed_at = coalesce(claimed_at, now()), status = case status when 'INGESTED' then 'DRAFT' else status end`,
            edit: `list_price = 5, city = 'Ours'`,
            takeOver: `is_externally_managed = false`,
          }[one.kind]
          await database.pool.query(
            `update public.mls_listings set ${change} where origin_key = $1 ${
              one.kind === 'edit' ? 'and claimed_at is not null' : ''
            }`,
            [one.key],
          )
          if (!known) continue
          if (one.kind === 'claim') known.claimed = true
          if (one.kind === 'takeOver') known.managed = false
          if (one.kind === 'edit' && known.claimed) Object.assign(known, { price: 5, city: 'Ours' })
        }
        const { rows } = await database.pool.query(
          `select l.origin_key as key, l.list_price::float8 as price, l.city, l.claimed_at is not null as claimed, l.is_externally_managed as managed,
             s."ListPrice"::float8 / 100 as served
           from public.mls_listings l left join public.served_property s on s.record_id = l.id and not s.is_deleted`,
        )
        const wanted = [...model].map(([key, { price, city, claimed, managed }]) => ({
          key,
          price,
          city,
          claimed,
          managed,
        }))
        expect(rows.map(({ served: _, ...row }) => row).sort(byKey)).toEqual(wanted.sort(byKey))
        for (const { price, claimed, served } of rows) if (!claimed) expect(served).toBe(price)
      }),
      { numRuns: 30 },
    )
  }, 120_000)

  it('of property and media batches ends in the same rows and photo counts', async () => {
    const lease = listing(1, {
      ListingKey: 'QOBRIX_1_LEASE',
      ListingId: 'REF-1_LEASE',
      LeaseAmount: 900,
      ListPrice: null,
    })
    const media = [1, 2, 3].map((number) => ({
      MediaKey: `QOBRIX_MEDIA_${number}`,
      ResourceRecordKey: number === 3 ? 'QOBRIX_2' : 'QOBRIX_1',
      OriginatingSystemOfficeKey: cyprus,
      X_QobrixMediaCategory: 'photos',
      MediaURL: `https://photos.example/${number}.jpg`,
      Order: number,
    }))
    const deliveries: [string, GoldRecord][] = [
      ['property', listing(1)],
      ['property', listing(2)],
      ['property', lease],
      ...media.map((record): [string, GoldRecord] => ['media', record]),
    ]
    const state = async () =>
      (await database.pool.query(
        `select l.origin_key as key, l.photos_count, s.origin_key as sibling,
           (select array_agg(m.media_key order by m.media_key) from public.mls_listing_media m where m.listing_id = l.id) as media
         from public.mls_listings l left join public.mls_listings s on s.id = l.sibling_listing_id order by 1`,
      )).rows
    await reset()
    for (const [resource, record] of deliveries) await ingest(database.pool, resource, [record])
    const wanted = await state()
    expect(wanted).toMatchObject([{ photos_count: 2, sibling: 'QOBRIX_1_LEASE' }, {
      photos_count: 2,
      sibling: 'QOBRIX_1',
    }, { photos_count: 1 }])
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...deliveries, ...deliveries], { minLength: 12 }),
        async (shuffled) => {
          await reset()
          for (const [resource, record] of shuffled) await ingest(database.pool, resource, [record])
          expect(await state()).toEqual(wanted)
        },
      ),
      { numRuns: 12 },
    )
  }, 60_000)
})

const byKey = (a: { key: string }, b: { key: string }) => a.key < b.key ? -1 : 1

describe('two workers with the same batches at once', () => {
  it('end in the same state, without a deadlock or an error', async () => {
    await reset()
    const records = Array.from({ length: 400 }, (_, index) => listing(index))
    const media = records.map((record, index) => ({
      MediaKey: `QOBRIX_MEDIA_${index}`,
      ResourceRecordKey: record.ListingKey,
      OriginatingSystemOfficeKey: cyprus,
      MediaURL: `https://photos.example/${index}.jpg`,
      Order: 0,
    }))
    const parts = (all: GoldRecord[]) => [0, 1, 2, 3].map((part) => all.slice(part * 100, part * 100 + 100))
    const worker = async (order: number[]) => {
      const client = await database.pool.connect()
      try {
        for (const part of order) {
          await ingest(client, 'property', parts(records)[part]!)
          await ingest(client, 'media', parts(media)[part]!)
        }
      } finally {
        client.release()
      }
    }
    await Promise.all([worker([0, 1, 2, 3]), worker([3, 2, 1, 0]), worker([1, 3, 0, 2])])
    const { rows: [counts] } = await database.pool.query(
      `select (select count(*) from public.mls_listings)::int as listings, (select count(*) from public.mls_listing_media)::int as media,
         (select count(*) from public.mls_listings where photos_count = 1)::int as counted,
         (select count(*) from public.served_property where not is_deleted)::int as served,
         (select count(*) from public.mls_entity_events where kind = 'created' and resource = 'Property' and record_key like 'QOBRIX_%')::int as events,
         (select count(distinct stamp) from public.served_property)::int as stamps`,
    )
    expect(counts).toMatchObject({ listings: 400, media: 400, counted: 400, served: 400 })
    const { rows: [{ sums }] } = await database.pool.query(
      `select jsonb_object_agg(k, s) as sums from (select e.key as k, sum(e.value::int) as s
       from public.mls_ingest_receipts r, jsonb_each_text(r.receipt -> 'totals') e group by 1) t`,
    )
    expect(sums).toMatchObject({ insert: 800, unchanged: 1600, reject: 0, stale: 0 })
  }, 60_000)
})

describe('a job that rewrote every row without changing it', () => {
  const first = { etl_timestamp: '2026-01-01T00:00:00Z', etl_batch_id: 'a' }
  const later = { etl_timestamp: '2026-06-01T00:00:00Z', etl_batch_id: 'b' }
  const modified = { X_QobrixModified: '2026-01-01T00:00:00Z' }
  const modifiedLater = { X_QobrixModified: '2026-06-01T00:00:00Z' }
  const of = (market: GoldRecord): GoldRecord => ({ OriginatingSystemOfficeKey: cyprus, ...first, ...market })

  /** Per resource: what was sent, and what else the job writes anew. */
  const rewritten: Record<string, { records: GoldRecord[]; changes?: GoldRecord }> = {
    office: {
      records: [
        of({ OfficeKey: 'QOBRIX_AGENCY_1', OfficeName: 'Agency', X_QobrixCommission1: '3', ...modified }),
      ],
      changes: modifiedLater,
    },
    member: {
      records: [
        of({
          MemberKey: 'QOBRIX_AGENT_1',
          MemberEmail: 'anna@example.com',
          X_QobrixCommission1: '2',
          ...modified,
        }),
      ],
      changes: modifiedLater,
    },
    property: {
      records: [1, 2, 3].map((number) =>
        listing(number, { ListAgentKey: 'QOBRIX_AGENT_1', ...first, ...modified })
      ),
      changes: { ModificationTimestamp: '2026-06-01T00:00:00Z', ...modifiedLater },
    },
    media: {
      records: [
        of({
          MediaKey: 'QOBRIX_MEDIA_1',
          ResourceRecordKey: 'QOBRIX_1',
          MediaURL: 'https://photos.example/1.jpg',
          Order: 0,
        }),
      ],
    },
    contacts: {
      records: [of({ ContactKey: 'QOBRIX_CONTACT_1', ContactFirstName: 'Anna', ...modified })],
      changes: modifiedLater,
    },
    showing_appointment: {
      records: [
        of({
          ShowingAppointmentKey: 'QOBRIX_VIEWING_1',
          ListingKey: 'QOBRIX_1',
          BuyerContactKey: 'QOBRIX_CONTACT_1',
          ShowingAgentKey: 'QOBRIX_AGENT_1',
          ShowingDate: '2026-02-01',
          ...modified,
        }),
      ],
      changes: modifiedLater,
    },
  }

  /** Every table of the hub, but for what is noted about batches themselves. */
  async function tables(): Promise<string[]> {
    const { rows } = await database.pool.query<{ name: string }>(
      `select oid::regclass::text as name from pg_class
       where relkind = 'r' and relnamespace in ('public'::regnamespace, 'mls'::regnamespace)
         and relname <> all ('{mls_ingest_receipts,mls_listing_origins,mls_listing_media_origins,mls_usage}') order by 1`,
    )
    return rows.map(({ name }) => name)
  }

  async function rowVersions(): Promise<Record<string, unknown[]>> {
    return Object.fromEntries(
      await Promise.all((await tables()).map(async (table) => [
        table,
        (await database.pool.query(`select xmin::text, ctid::text from ${table} order by 2`)).rows,
      ])),
    )
  }

  it('writes nothing to business and served tables: no row version, no history, no event, no stamp', async () => {
    await reset()
    for (const [resource, { records }] of Object.entries(rewritten)) {
      expect([resource, outcomes(await ingest(database.pool, resource, records))]).toEqual(
        [resource, records.map(() => 'insert')],
      )
    }
    const before = await rowVersions()
    for (const served of ['property', 'media', 'contacts', 'member', 'office', 'showing_appointment']) {
      expect([served, before[`served_${served}`]]).not.toEqual([served, []])
    }
    for (const [resource, { records, changes }] of Object.entries(rewritten)) {
      const again = records.map((record) => ({ ...record, ...later, ...changes }))
      expect([resource, outcomes(await ingest(database.pool, resource, again))]).toEqual(
        [resource, records.map(() => 'unchanged')],
      )
      expect([resource, await rowVersions()]).toEqual([resource, before])
    }
  })

  it('has the newer time of the source noted beside a listing, so that an older record is recognised', async () => {
    await reset()
    const { records: [record], changes } = rewritten.property!
    const older = { ...record, ListPrice: 1, ModificationTimestamp: '2026-03-01T00:00:00Z' }
    const batches = [record, { ...record, ...later, ...changes }, older]
    const seen: string[] = []
    for (const one of batches) seen.push(...outcomes(await ingest(database.pool, 'property', [one])))
    expect(seen).toEqual(['insert', 'unchanged', 'stale'])
  })
})
