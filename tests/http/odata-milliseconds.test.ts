import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { newClient, type ODataClient, type Row } from './odata-client.ts'

/** Clients whose dates hold milliseconds, and that page by the time of the last record: setting `stamps: milliseconds`. */
let hub: Hub
let reader: ODataClient
let exact: ODataClient
const office = 'SHARPSIR-CY-001'
const many = 5_000

beforeAll(async () => {
  hub = await startHub()
  reader = await newClient(hub, { offices: ['*'], profile: 'dd2', stamps: 'milliseconds' })
  exact = await newClient(hub, { offices: ['*'], profile: 'dd2' })
  await create(Array.from({ length: many }, (_, n) => n))
})
afterAll(() => hub?.stop())

const keysOf = (numbers: number[]) => numbers.map((number) => `QOBRIX_${number}`)

/** Members, written in one transaction: their stamps follow each other without a gap. */
const create = (numbers: number[]) =>
  hub.pool.query(
    `insert into mls_members (tenant_id, originating_office_key, origin_member_key, first_name)
     select tenant_id, office_key, unnest($1::text[]), 'first' from mls_offices where office_key = $2`,
    [keysOf(numbers), office],
  )
const write = (numbers: number[], name: string) =>
  hub.pool.query('update mls_members set first_name = $2 where origin_member_key = any ($1)', [
    keysOf(numbers),
    name,
  ])

const stored = async () => {
  const { rows } = await hub.pool.query(
    `select "MemberKey" as key, "MemberFirstName" as name, stamp::text from served_member where not is_deleted order by stamp`,
  )
  return rows as { key: string; name: string; stamp: string }[]
}
const millisecondOf = (stamp: string) => new Date(Number(stamp.slice(0, -3))).toISOString()
const shown = (rows: Row[]) => rows.map((row) => new Date(row.ModificationTimestamp as string).toISOString())

/**
 * Reads page after page, each from the time of the last record, which its dates cut, and never a nextLink. Ends as such
 * clients do: with `gt` at an empty page, with `ge` when the time stands still.
 */
async function readAll(
  operator: 'gt' | 'ge',
  size: number,
  held = new Map<string, string>(),
  isOver: () => boolean = () => true,
): Promise<Map<string, string>> {
  let since = new Date(0).toISOString()
  for (let requests = 0;;) {
    const isLast = isOver()
    if (isLast) expect(++requests).toBeLessThan(500)
    const rows = await reader.rows(
      `/Member?$select=MemberKey,MemberFirstName,ModificationTimestamp&$orderby=ModificationTimestamp&$top=${size}` +
        `&$filter=ModificationTimestamp ${operator} ${since}`,
    )
    for (const row of rows) held.set(row.MemberKey as string, row.MemberFirstName as string)
    const last = shown(rows).at(-1)
    if (last === undefined || last === since) {
      if (isLast) return held
      continue
    }
    expect(last > since).toBe(true)
    since = last
  }
}

describe('who pages by time', () => {
  it.each(
    [['gt', 100], ['gt', 999], ['gt', 1_000], ['ge', 1], ['ge', 100], ['ge', 999], ['ge', 1_000]] as const,
  )(
    'with %s and %i records a page misses none of those that were changed at once',
    async (operator, size) => {
      const rows = await stored()
      expect(new Set(rows.map(({ stamp }) => millisecondOf(stamp))).size).toBeLessThanOrEqual(6)
      const held = await readAll(operator, size)
      expect(held).toEqual(new Map(rows.map(({ key, name }) => [key, name])))
    },
  )

  it.each([['gt'], ['ge']] as const)('with %s misses no change while others write', async (operator) => {
    let writing = true
    let seed = 20261130
    const random = (most: number) => (seed = (seed * 48_271) % 2_147_483_647) % most
    const each = Math.floor(many / 3)
    const writers = Promise.all([0, 1, 2].map(async (writer) => {
      for (let round = 0; round < 8; round++) {
        const from = random(each)
        const amount = 1 + random(20) * random(20)
        const numbers = Array.from({ length: amount }, (_, n) => writer * each + (from + n) % each)
        await write(numbers, `${writer} ${round}`)
      }
    })).finally(() => writing = false)
    const held = await readAll(operator, 100, new Map(), () => !writing)
    await writers
    expect(held).toEqual(new Map((await stored()).map(({ key, name }) => [key, name])))
  })

  it('backwards, or from one time to another, misses none either', async () => {
    const seen = new Set<string>()
    for (let until = '9999-12-31T23:59:59.999Z';;) {
      const rows = await reader.rows(
        `/Member?$select=MemberKey,ModificationTimestamp&$orderby=ModificationTimestamp desc&$top=300&$filter=ModificationTimestamp lt ${until}`,
      )
      if (rows.length === 0) break
      for (const { MemberKey } of rows) seen.add(MemberKey as string)
      until = shown(rows).at(-1)!
    }
    expect(seen.size).toBe(many)
  })

  it('takes nextLinks too', async () => {
    const rows = await reader.all('/Member?$orderby=ModificationTimestamp&$select=MemberKey&$top=700')
    expect(new Set(rows.map(({ MemberKey }) => MemberKey)).size).toBe(many)
    expect(rows.length).toBe(many)
  })

  it('goes on from where a scan says that changes begin', async () => {
    const { body } = await reader.get('/Member?replication=true&$select=MemberKey&$top=1')
    const since = body['@mls.changesAfter'].ModificationTimestamp
    expect(since).toMatch(/\.\d{3}Z$/)
    await write([1, 2, 3], 'later')
    expect(await reader.count('Member', `ModificationTimestamp gt ${since}`)).toBe(3)
  })
})

describe('a comparison with ModificationTimestamp', () => {
  it('means the time that was given', async () => {
    const times = (await stored()).map(({ stamp }) => millisecondOf(stamp))
    const time = times[times.length >> 1]!
    const expected = (holds: (each: string) => boolean) => times.filter(holds).length
    const counts = {
      [`eq ${time}`]: expected((each) => each === time),
      [`ne ${time}`]: expected((each) => each !== time),
      [`gt ${time}`]: expected((each) => each > time),
      [`ge ${time}`]: expected((each) => each >= time),
      [`lt ${time}`]: expected((each) => each < time),
      [`le ${time}`]: expected((each) => each <= time),
      [`in (${time},1999-01-01T00:00:00Z)`]: expected((each) => each === time),
      [`gt ${time.replace('Z', '500Z')}`]: expected((each) => each > time),
      [`ge ${time.replace('Z', '500Z')}`]: expected((each) => each > time),
      [`lt ${time.replace('Z', '500Z')}`]: expected((each) => each <= time),
      [`le ${time.replace('Z', '500Z')}`]: expected((each) => each <= time),
      [`ge ${time.replace('Z', '+00:00').replace('+', '%2B')}`]: expected((each) => each >= time),
      'gt 1969-12-31T23:59:59.9999Z': times.length,
      'gt 9999-12-31T23:59:59.999Z': 0,
      'gt 2001-01-01': times.length,
      'ne null': times.length,
    }
    const found: Record<string, number> = {}
    for (const filter of Object.keys(counts)) {
      found[filter] = await reader.rows(`/Member?$top=0&$count=true&$filter=ModificationTimestamp ${filter}`)
        .then(() => reader.get(`/Member/$count?$filter=ModificationTimestamp ${filter}`)).then(({ text }) =>
          Number(text)
        )
    }
    expect(found).toEqual(counts)
    expect(await reader.count('Member', `${time} eq ModificationTimestamp`)).toBe(counts[`eq ${time}`])
    expect(await reader.count('Member', `not (ModificationTimestamp gt ${time})`)).toBe(counts[`le ${time}`])
  })

  it('groups by that, and means it in filters beside the groups', async () => {
    const times = (await stored()).map(({ stamp }) => millisecondOf(stamp))
    const expected = [...new Set(times)].map((time) => ({
      ModificationTimestamp: time,
      N: times.filter((each) => each === time).length,
    }))
    const by = 'groupby((ModificationTimestamp),aggregate($count as N))'
    const groups = await reader.rows(`/Member?$apply=${by}&$orderby=ModificationTimestamp`)
    expect(groups).toEqual(expected)
    const { ModificationTimestamp: time } = expected[expected.length >> 1]!
    const later = expected.filter((group) => group.ModificationTimestamp > time)
    const ofRows = `filter(ModificationTimestamp gt ${time})/${by}`
    for (const query of [ofRows, `${by}&$filter=ModificationTimestamp gt ${time}`]) {
      expect(await reader.rows(`/Member?$apply=${query}&$orderby=ModificationTimestamp`)).toEqual(later)
    }
    const figures =
      'aggregate(ModificationTimestamp with countdistinct as Times,ModificationTimestamp with max as Last,$count as N)'
    const [sum] = await reader.rows(`/Member?$apply=filter(ModificationTimestamp le ${time})/${figures}`)
    expect(sum).toEqual({
      Times: expected.length - later.length,
      // no property of $metadata says what it is
      'Last@odata.type': '#DateTimeOffset',
      Last: time,
      N: times.filter((each) => each <= time).length,
    })
    const [whole] = await exact.rows(`/Member?$apply=${figures}`)
    expect(whole).toMatchObject({ Times: many, Last: expect.stringMatching(/\.\d{6}Z$/) })
  })

  it('stays exact for other clients, whose pages are as large as asked for', async () => {
    const [row] = await exact.rows(
      '/Member?$orderby=ModificationTimestamp&$top=1&$select=ModificationTimestamp',
    )
    expect(row!.ModificationTimestamp).toMatch(/\.\d{6}Z$/)
    expect(await exact.count('Member', `ModificationTimestamp le ${row!.ModificationTimestamp}`)).toBe(1)
    expect((await exact.rows('/Member?$orderby=ModificationTimestamp&$top=10')).length).toBe(10)
  })
})
