/** What Web API Core 2.1.0 asks beyond the scenarios of the suite: expansion, server-driven paging, functions. */
import { expect } from 'vitest'
import type { Row } from '../odata-client.ts'
import { ask, checkFilter, compares, lowAndHigh, project } from './check.ts'
import { fields, type Scenario, versionOf } from './world.ts'

const text = (row: Row) => row.City as string | null

export const specification: Record<string, Scenario> = {
  'expand': async (world) => {
    const { client } = world
    const [photos, members] = await Promise.all([
      client.all('/Media?$top=1000'),
      client.all('/Member?$top=1000'),
    ])
    const chosen = photos.filter((photo) => compares(photo.Order as number | null, 'le', 2))
    const names = ['MediaKey', 'Order']
    const nested = `Media($select=${names};$filter=Order le 2;$orderby=Order desc;$top=2)`
    const { body } = await ask(world, `/Property?$top=100&$expand=${nested},ListAgent`)
    expect(body.value).toHaveLength(100)
    for (const [place, { Media, ListAgent, ...listing }] of body.value.entries()) {
      expect(listing).toEqual(world.listings[place])
      const own = chosen.filter((photo) => photo.ResourceRecordKey === listing[fields.key])
      const ranked = own.toSorted((a, b) => (b.Order as number) - (a.Order as number)).slice(0, 2)
      expect(Media).toEqual(project(ranked, names))
      expect(ListAgent).toEqual(members.find((member) => member.MemberKey === listing.ListAgentKey) ?? null)
    }
    expect(body.value.some(({ Media }: Row) => (Media as Row[]).length === 2)).toBe(true)
    expect(body.value.some(({ ListAgent }: Row) => ListAgent !== null)).toBe(true)
  },

  'server-driven-paging': async (world) => {
    const { client, listings, endorsement } = world
    const headers = { Prefer: 'odata.maxpagesize=90', 'OData-MaxVersion': versionOf[endorsement] }
    const read: Row[] = []
    const sizes: number[] = []
    for (let next: string | undefined = `/Property?$select=${fields.key}&$count=true`; next;) {
      const { status, body } = await client.get(next, headers)
      expect([status, body['@odata.count']]).toEqual([200, listings.length])
      read.push(...body.value)
      sizes.push(body.value.length)
      next = body['@odata.nextLink']
    }
    expect(read).toEqual(project(listings, [fields.key]))
    expect(sizes.slice(0, -1).every((size) => size === 90)).toBe(true)
    expect(sizes.length).toBe(Math.ceil(listings.length / 90))
  },

  'server-driven-paging-top': async (world) => {
    const { client, listings, endorsement } = world
    const keys = (rows: Row[]) => rows.map((row) => row[fields.key])
    const version = { 'OData-MaxVersion': versionOf[endorsement] }
    for (const [top, size] of [[1, 100], [2, 1], [500, 100], [100, 100], [90, 100], [1_000, 200]] as const) {
      const read: Row[] = []
      const headers = { ...version, Prefer: `odata.maxpagesize=${size}` }
      for (let next: string | undefined = `/Property?$select=${fields.key}&$top=${top}`; next;) {
        const { body } = await client.get(next, next.startsWith('http') ? version : headers)
        expect(body.value.length).toBeLessThanOrEqual(size)
        read.push(...body.value)
        next = body['@odata.nextLink']
      }
      expect([top, size, keys(read)]).toEqual([top, size, keys(listings.slice(0, top))])
    }
    // Consumers of the original API count $skip up while there is a nextLink, and know profile gold.
    for (const query of ['$top=1', '$top=5&$skip=5', '$top=100&$orderby=City']) {
      const { body } = await ask(world, `/Property?${query}`)
      expect([query, '@odata.nextLink' in body]).toEqual([query, world.profile === 'gold'])
    }
  },

  'filter-decimal-eq': async (world) => {
    const [low] = lowAndHigh<number>(world.listings, fields.decimal)
    await checkFilter(world, fields.decimal, {
      filter: `${fields.decimal} eq ${low.toFixed(2)}`,
      keeps: (row) => row[fields.decimal] === low,
    })
  },

  'filter-datetime-eq': async (world) => {
    const [low] = lowAndHigh<string>(world.listings, fields.timestamp)
    await checkFilter(world, fields.timestamp, {
      filter: `${fields.timestamp} eq ${low}`,
      keeps: (row) => row[fields.timestamp] === low,
    })
  },

  'filter-date-functions': async (world) => {
    const [low] = lowAndHigh<string>(world.listings, fields.date)
    const [year, month, day] = low.split('-').map(Number)
    const part = (row: Row, place: number) => Number((row[fields.date] as string | null)?.split('-')[place])
    for (const [place, [name, value]] of [['year', year], ['month', month], ['day', day]].entries()) {
      await checkFilter(world, fields.date, {
        filter: `${name}(${fields.date}) eq ${value}`,
        keeps: (row) => part(row, place) === value,
      })
    }
  },

  'filter-string-functions': async (world) => {
    const [city] = lowAndHigh<string>(world.listings, 'City')
    const [begin, end, inner] = [city.slice(0, 2), city.slice(-2), city.slice(1, -1)]
    const filters: [string, (value: string) => boolean][] = [
      [`startswith(City,'${begin}')`, (value) => value.startsWith(begin)],
      [`endswith(City,'${end}')`, (value) => value.endsWith(end)],
      [`contains(City,'${inner}')`, (value) => value.includes(inner)],
      [`tolower(City) eq '${city.toLowerCase()}'`, (value) => value.toLowerCase() === city.toLowerCase()],
      [`toupper(City) eq '${city.toUpperCase()}'`, (value) => value.toUpperCase() === city.toUpperCase()],
      [`length(City) eq ${city.length}`, (value) => [...value].length === city.length],
    ]
    for (const [filter, holds] of filters) {
      await checkFilter(world, 'City', { filter, keeps: (row) => text(row) !== null && holds(text(row)!) })
    }
  },
}
