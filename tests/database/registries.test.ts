import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { jobs } from '../../functions/_shared/operate/jobs.ts'
import { resources } from '../../functions/_shared/reso/dictionary.ts'
import { providers } from '../../functions/_shared/sources/providers.ts'
import { repository } from '../../scripts/stack/layout.ts'
import { act, claimsOf } from '../support/act.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { ingest, kazakhstan, listing, outcomes, seedMarkets } from '../support/gold.ts'

/** mls.resources and mls.origin_systems: lists that were conditions in code, and what hangs on each of their columns. */
let database: TestDatabase
const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows

beforeAll(async () => {
  database = await createDatabase()
  await seedMarkets(database.pool)
})
afterAll(() => database?.drop())

/** Makes the Kazakh market one of that system. */
const become = (code: string) =>
  query(`update mls_offices set origin_system = $1 where office_key = $2`, [code, kazakhstan])
const kz = (number: number, changes: Record<string, unknown> = {}) =>
  listing(number, { ListingKey: `KZ${number}`, OriginatingSystemOfficeKey: kazakhstan, ...changes })

beforeEach(() =>
  query(`
    delete from mls_listing_media; delete from mls_listings; delete from mls_contacts; delete from mls_members;
    update mls_tenants set settings = '{}'; update mls_offices set origin_system = 'DASH_API' where office_key = '${kazakhstan}'`)
)

describe('mls.resources', () => {
  it('says of each resource what the dictionary says', async () => {
    const rows = await query(
      `select resource, name, key_field, table_name, is_restricted, listing_column, follows_listing from mls.resources order by resource`,
    )
    expect(rows).toEqual(
      resources.map(({ ingestName, name, key, table, restricted, listing, fields }) => ({
        resource: ingestName,
        name,
        key_field: key,
        table_name: table,
        is_restricted: restricted ?? false,
        listing_column: fields.find((field) => field.name === listing?.field)?.column ?? null,
        follows_listing: listing?.follows ?? false,
      })).sort((a, b) => a.resource < b.resource ? -1 : 1),
    )
  })

  it('names columns that are there, and the one that holds the key', async () => {
    const rows = await query(`select * from mls.resources`)
    for (const { table_name, key_column, key_field, name, origins_table, origins_column } of rows) {
      const field = resources.find((resource) => resource.name === name)!.fields.find((f) =>
        f.name === key_field
      )!
      if (field.column) expect(field.column).toBe(key_column)
      await query(`select ${key_column}, ${origins_table ? 'id' : 'delivered_by'} from ${table_name}`)
      if (origins_table) await query(`select ${origins_column}, delivered_by from ${origins_table}`)
    }
  })

  it('is what may be searched, notified of and run', async () => {
    const searched = await query(
      `select r.name from mls.searched_resources s join mls.resources r using (resource) order by r.name collate "C"`,
    )
    expect(searched.map(({ name }) => name)).toEqual(
      resources.filter((resource) => resource.searched).map(({ name }) => name).sort(),
    )
    await expect(query(`
      insert into mls_ingest_runs (client_id, source, office_key, tenant_id, resource, mode)
      select 'c', 's', office_key, tenant_id, 'open_house_2', 'FULL' from mls_offices limit 1`)).rejects
      .toThrow('foreign key')
    await expect(query(`select mls.rebuild_served('nonesuch')`)).rejects.toThrow(
      'there is no resource nonesuch',
    )
  })

  it('keeps rejected persons two weeks, the others sixty days', async () => {
    const now = Date.now()
    for (
      const [resource, days] of [['property', 60], ['media', 60], ['office', 60], ['contacts', 14], [
        'member',
        14,
      ], ['showing_appointment', 14]] as const
    ) {
      await ingest(database.pool, resource, [{ nothing: resource }])
      const [{ expires_at }] = await query(
        `select expires_at from mls_ingest_quarantine where resource = $1`,
        [resource],
      )
      expect(Math.round((expires_at - now) / 86_400_000), resource).toBe(days)
    }
  })
})

describe('mls_schedules', () => {
  it('has a row for every job of the clock, and docs/operations.md a line', async () => {
    const rows = await query(`select job from mls_schedules order by job collate "C"`)
    expect(rows.map(({ job }) => job)).toEqual(Object.keys(jobs).sort())
    const table = readFileSync(join(repository, 'docs/operations.md'), 'utf8')
    for (const job of Object.keys(jobs)) expect(table).toContain(`\n| \`${job}\` |`)
  })
})

describe('mls.origin_systems', () => {
  const external = ['QOBRIX', 'DASH_API', 'DASH_FILE', 'RESO', 'RETS', 'FILE', 'MOCK']

  it('are these, and an unknown one is refused wherever it could stand', async () => {
    const rows = await query(`select code, is_external from mls.origin_systems`)
    expect(rows.filter((row) => row.is_external).map(({ code }) => code).sort()).toEqual([...external].sort())
    expect(rows.filter((row) => !row.is_external).map(({ code }) => code)).toEqual(['MANUAL'])
    const tables = await query(`
      select a.attrelid::regclass::text as name from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind = 'r'
      where a.attname = 'origin_system' and a.attnum > 0 and c.relnamespace = 'public'::regnamespace order by 1`)
    expect(tables.length).toBe(5)
    for (const { name } of tables) {
      const [{ count }] = await query(
        `
        select count(*)::int from pg_constraint where contype = 'f' and conrelid = $1::regclass and confrelid = 'mls.origin_systems'::regclass`,
        [name],
      )
      expect({ name, count }).toEqual({ name, count: 1 })
    }
    await expect(become('QOBRIXX')).rejects.toThrow('foreign key')
  })

  it('have a row for every provider that can be pulled from', async () => {
    const pulled = await query(`select code from mls.origin_systems where is_pulled`)
    expect(pulled.map(({ code }) => code)).toEqual(expect.arrayContaining(providers.map(({ code }) => code)))
  })

  it.each(external)(
    'serves an unclaimed listing of %s with its photos, and flags what its FULL run no longer names',
    async (code) => {
      await become(code)
      expect(outcomes(await ingest(database.pool, 'property', [kz(1), kz(2), kz(3)]))).toEqual([
        'insert',
        'insert',
        'insert',
      ])
      expect(outcomes(
        await ingest(database.pool, 'media', [
          {
            MediaKey: 'M1',
            ResourceRecordKey: 'KZ1',
            OriginatingSystemOfficeKey: kazakhstan,
            MediaURL: 'https://x.example/1',
          },
        ]),
      )).toEqual(['insert'])
      for (const relation of ['property_reso', 'served_property where not is_deleted']) {
        expect(
          await query(`select "ListingKey" from ${relation} order by 1`),
        )
          .toEqual(['KZ1', 'KZ2', 'KZ3'].map((ListingKey) => ({ ListingKey })))
      }
      expect(await query(`select "MediaKey" from served_media where not is_deleted`)).toEqual([{
        MediaKey: 'M1',
      }])

      const context = JSON.stringify({ client_id: 'c' })
      const [{ run }] = await query(`select mls.open_run($1, $2) -> 'answer' ->> 'run_id' as run`, [
        JSON.stringify({ source: 's', office_key: kazakhstan, resource: 'property', mode: 'FULL' }),
        context,
      ])
      await query(`select mls.add_run_keys($1, '["KZ1", "KZ2"]', $2)`, [run, context])
      const [{ answer }] = await query(
        `select mls.finish_run($1, '{"force": true}', $2) -> 'answer' as answer`,
        [run, context],
      )
      expect(answer).toMatchObject({ flagged_deleted: 1 })
      expect(
        await query(
          `select "ListingKey" from served_property where office_key = $1 and not is_deleted order by 1`,
          [kazakhstan],
        ),
      )
        .toEqual([{ ListingKey: 'KZ1' }, { ListingKey: 'KZ2' }])
      const [{ taken }] = await query(`select public.take_over_market($1) as taken`, [kazakhstan])
      expect(taken).toEqual({ listings: 3, changed: 3 })
    },
  )

  it('is read, but not written, by users, and not at all by strangers', async () => {
    const [{ tenant }] = await query(`select id as tenant from mls_tenants where code = 'CY'`)
    const who = claimsOf(tenant)
    expect(await act(database.pool, who.admin, `select count(*)::int from mls.origin_systems`)).toEqual([{
      count: 8,
    }])
    for (
      const sql of [
        `update mls.origin_systems set is_external = true`,
        `delete from mls.origin_systems`,
        `insert into mls.origin_systems (code, name, is_external) values ('X9', 'x', true)`,
        `select from mls.resources`,
      ]
    ) {
      await expect(act(database.pool, who.admin, sql)).rejects.toThrow('permission denied')
    }
  })

  describe('the time of a source', () => {
    const contact = (changes: Record<string, unknown>) => ({
      ContactKey: 'K1',
      OriginatingSystemOfficeKey: kazakhstan,
      ContactFirstName: 'Ann',
      ContactLastName: 'Lee',
      ...changes,
    })
    const media = (changes: Record<string, unknown>) => ({
      MediaKey: 'M1',
      ResourceRecordKey: 'KZ1',
      OriginatingSystemOfficeKey: kazakhstan,
      MediaURL: 'https://x.example/1',
      ...changes,
    })

    it.each([['RESO', 'ModificationTimestamp'], ['QOBRIX', 'X_QobrixModified'], [
      'DASH_API',
      'X_QobrixModified',
    ]])(
      'of %s stands in %s: it orders records, and alone it changes nothing',
      async (code, field) => {
        await become(code)
        const send = async (changes: Record<string, unknown>) =>
          outcomes(await ingest(database.pool, 'contacts', [contact(changes)]))
        expect(await send({ [field]: '2026-03-02T10:00:00+02:00' })).toEqual(['insert'])
        expect(await query(`select origin_modified_ts from mls_contacts`)).toEqual([{
          origin_modified_ts: new Date('2026-03-02T08:00:00Z'),
        }])
        expect(await send({ [field]: '2026-03-02T08:00:01Z' })).toEqual(['unchanged'])
        expect(await send({ [field]: '2026-03-01T08:00:00Z', ContactCity: 'Kiti' })).toEqual(['stale'])
        expect(await send({ [field]: '2026-03-03T08:00:00Z', ContactCity: 'Афины' })).toEqual(['refresh'])
        expect(await send({ [field]: 'yesterday', ContactCity: 'Kiti' })).toEqual(['refresh'])
      },
    )

    it('of a system that has none orders nothing; its row alone makes it a source', async () => {
      await query(
        `insert into mls.origin_systems (code, name, is_external) values ('NO_TIME', 'Without times', true)`,
      )
      await become('NO_TIME')
      const send = async (changes: Record<string, unknown>) =>
        outcomes(await ingest(database.pool, 'contacts', [contact(changes)]))
      expect(await send({ ModificationTimestamp: '2026-03-02T08:00:00Z' })).toEqual(['insert'])
      expect(await send({ ModificationTimestamp: '2026-03-01T08:00:00Z' })).toEqual(['refresh'])
      await ingest(database.pool, 'property', [kz(1)])
      expect(await query(`select "ListingKey" from served_property where not is_deleted`)).toEqual([{
        ListingKey: 'KZ1',
      }])
      await query(`delete from mls_listings; delete from mls_contacts`)
      await become('DASH_API')
      await query(`delete from mls.origin_systems where code = 'NO_TIME'`)
    })

    it('orders photos where it says when they changed, and not where it is the time of an export', async () => {
      for (
        const [code, field, then, later] of [
          ['RESO', 'ModificationTimestamp', 'stale', 'unchanged'],
          ['QOBRIX', 'X_QobrixModified', 'stale', 'unchanged'],
          ['DASH_API', 'X_QobrixModified', 'refresh', 'unchanged'],
        ] as const
      ) {
        await query('delete from mls_listing_media; delete from mls_listings')
        await become(code)
        await ingest(database.pool, 'property', [kz(1)])
        const send = async (changes: Record<string, unknown>) =>
          outcomes(await ingest(database.pool, 'media', [media(changes)]))
        expect(await send({ [field]: '2026-03-02T08:00:00Z' })).toEqual(['insert'])
        expect({ code, outcome: await send({ [field]: '2026-03-02T09:00:00Z' }) }).toEqual({
          code,
          outcome: [later],
        })
        expect({ code, outcome: await send({ [field]: '2026-03-01T08:00:00Z', Order: 7 }) }).toEqual({
          code,
          outcome: [then],
        })
      }
    })

    it.each([['RESO', 'ModificationTimestamp'], ['QOBRIX', 'X_QobrixModified']])(
      'of %s moves the watermark of its runs',
      async (code, field) => {
        await become(code)
        const context = { client_id: 'test' }
        const [{ run }] = await query(`select mls.open_run($1, $2) -> 'answer' ->> 'run_id' as run`, [
          { source: `s_${code}`, office_key: kazakhstan, resource: 'contacts', mode: 'DELTA' },
          context,
        ])
        await ingest(database.pool, 'contacts', [contact({ [field]: '2026-03-02T10:00:00+02:00' })], {
          run_id: run,
        })
        const [{ answer }] = await query(`select mls.finish_run($1, '{}', $2) -> 'answer' as answer`, [
          run,
          context,
        ])
        expect(new Date(answer.watermark)).toEqual(new Date('2026-03-02T08:00:00Z'))
      },
    )
  })

  it('names the field of the category of a file: a document never gets out, a plan is a plan', async () => {
    for (
      const [code, field] of [['RESO', 'MediaCategory'], ['QOBRIX', 'X_QobrixMediaCategory'], [
        'DASH_FILE',
        'X_QobrixMediaCategory',
      ]] as const
    ) {
      await query('delete from mls_listing_media; delete from mls_listings')
      await become(code)
      await ingest(database.pool, 'property', [kz(1)])
      const file = (key: string, category: string) => ({
        MediaKey: key,
        ResourceRecordKey: 'KZ1',
        OriginatingSystemOfficeKey: kazakhstan,
        MediaURL: `https://x.example/${key}`,
        MediaType: 'image/jpeg',
        [field]: category,
      })
      await ingest(database.pool, 'media', [
        file('a', 'Photo'),
        file('b', 'Document'),
        file('c', 'Floor Plan'),
        file('d', 'Virtual Tour'),
      ])
      expect({
        code,
        rows: await query(
          `select origin_media_key as key, media_category as kind, is_servable from mls_listing_media order by 1`,
        ),
      }).toEqual({
        code,
        rows: [
          { key: 'a', kind: 'image', is_servable: true },
          { key: 'b', kind: 'document', is_servable: false },
          { key: 'c', kind: 'floorplan', is_servable: true },
          {
            key: 'd',
            kind: 'image',
            is_servable: true,
          },
        ],
      })
      expect(
        (await query(`select "MediaKey" from served_media where not is_deleted order by 1`)).map((row) =>
          row.MediaKey
        ),
      ).toEqual(['a', 'c', 'd'])
      // the draft of a broker shows what the source last said, and no document either
      await query(`update mls_listings set claimed_at = now(), status = 'DRAFT'`)
      expect(
        (await query(`select "MediaKey" from served_media where not is_deleted order by 1`)).map((row) =>
          row.MediaKey
        ),
      ).toEqual(['a', 'c', 'd'])
    }
  })

  it('says which are published by themselves where the market names none', async () => {
    const publish = async (code: string, settings: unknown) => {
      await query('delete from mls_listing_media; delete from mls_listings')
      await become(code)
      await query(`update mls_tenants set settings = $1`, [{ auto_publish: settings }])
      await ingest(database.pool, 'property', [kz(1)])
      await ingest(database.pool, 'media', [{
        MediaKey: 'M1',
        ResourceRecordKey: 'KZ1',
        OriginatingSystemOfficeKey: kazakhstan,
        MediaURL: 'https://x.example/1',
      }])
      return (await query(`select status from mls_listings`))[0].status
    }
    const defaults = (await query(`select code from mls.origin_systems where auto_publish order by 1`)).map((
      { code },
    ) => code)
    expect(defaults).toEqual(['DASH_API', 'DASH_FILE'])
    expect(await publish('DASH_FILE', { enabled: true })).toBe('PUBLISHED')
    expect(await publish('RESO', { enabled: true })).toBe('INGESTED')
    expect(await publish('RESO', { enabled: true, origin_systems: ['RESO'] })).toBe('PUBLISHED')
    expect(await publish('DASH_API', { enabled: true, origin_systems: ['RESO'] })).toBe('INGESTED')
    expect(await publish('DASH_API', { enabled: false })).toBe('INGESTED')
  })

  it('lets a market move between systems that write the same keys, and no others', async () => {
    const move = (to: string) => query(`select mls.rekey_market($1, $2) as moved`, [kazakhstan, to])
    expect(await move('DASH_FILE')).toMatchObject([{ moved: { from: 'DASH_API', to: 'DASH_FILE' } }])
    for (const to of ['QOBRIX', 'MANUAL', 'RESO', 'nonesuch']) {
      await expect(move(to)).rejects.toThrow(/same keys/)
    }
    await become('RESO')
    for (const to of ['RETS', 'DASH_API', 'MANUAL']) await expect(move(to)).rejects.toThrow(/same keys/)
    await become('QOBRIX')
    await expect(move('DASH_API')).rejects.toThrow(/same keys/)
  })
})
