import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import buildQuery from 'odata-query'
import { countOf, headers, keysOf, odataUrl, type Row } from './hub.ts'

/** A builder of queries, as data sources of tables use it. */
describe('odata-query', () => {
  const send = async (address: string) => {
    const response = await fetch(address, { headers })
    return { status: response.status, body: await response.json() }
  }
  const query = async (options: Parameters<typeof buildQuery>[0]) => {
    const { status, body } = await send(`${odataUrl}/Property${buildQuery(options)}`)
    assert.equal(status, 200, JSON.stringify(body))
    return body as { value: Row[]; '@odata.count': number; '@odata.nextLink'?: string }
  }

  it('filters, orders, selects, expands and counts', async () => {
    const page = await query({
      filter: { StandardStatus: 'Active', ListPrice: { gt: 100_000 } },
      orderBy: ['ListPrice desc', 'ListingKey'],
      select: ['ListingKey', 'ListPrice'],
      expand: {
        Media: { select: ['MediaURL', 'Order'], orderBy: 'Order', top: 2 },
        OriginatingOffice: { select: ['OfficeName'] },
      },
      top: 10,
      count: true,
    })
    const filter = "StandardStatus eq 'Active' and ListPrice gt 100000"
    assert.equal(page['@odata.count'], await countOf('Property', filter))
    assert.deepEqual(
      page.value.map(({ ListingKey }) => ListingKey),
      await keysOf(`Property?$filter=${filter}&$orderby=ListPrice desc,ListingKey&$top=10`),
    )
    assert.ok(page.value.every(({ Media }) => (Media as Row[]).length <= 2))
  })

  it('writes dates, lists, any, or, not and functions that are understood', async () => {
    const since = new Date('2020-01-01T00:00:00Z')
    for (
      const [filter, expected] of [
        [{ ModificationTimestamp: { ge: since } }, 'ModificationTimestamp ge 2020-01-01T00:00:00Z'],
        [{ City: { in: ['Limassol', 'Paphos'] } }, "City in ('Limassol','Paphos')"],
        [
          { or: [{ City: 'Paphos' }, { BedroomsTotal: { ge: 3 } }] },
          "City eq 'Paphos' or BedroomsTotal ge 3",
        ],
        [{ not: [{ City: 'Paphos' }] }, "not (City eq 'Paphos')"],
        [{ City: { contains: 'ma' } }, "contains(City,'ma')"],
        [{ 'tolower(City)': { startswith: 'lim' } }, "startswith(tolower(City),'lim')"],
        [{ Media: { any: { Order: { gt: 2 } } } }, 'Media/any(m:m/Order gt 2)'],
        [{ OriginatingOffice: { OfficeKey: { ne: null } } }, 'OriginatingOffice/OfficeKey ne null'],
      ] as [object, string][]
    ) {
      assert.equal(
        (await query({ filter, top: 1, count: true }))['@odata.count'],
        await countOf('Property', expected),
        expected,
      )
    }
  })

  it('pages over nextLink', async () => {
    const keys = new Set<unknown>()
    for (
      let next: string | undefined = `${odataUrl}/Property${buildQuery({ select: ['ListingKey'] })}`;
      next;
    ) {
      const { body } = await send(next)
      for (const { ListingKey } of body.value) keys.add(ListingKey)
      next = body['@odata.nextLink']
    }
    assert.equal(keys.size, await countOf('Property'))
  })

  it('asks for groups', async () => {
    const rows = await query({
      transform: [{ filter: { StandardStatus: 'Active' } }, {
        groupBy: {
          properties: ['City'],
          transform: [{ aggregate: { ListPrice: { with: 'average', as: 'Price' } } }],
        },
      }],
    })
    assert.ok(rows.value.length > 1 && rows.value.every((row) => 'City' in row && 'Price' in row))
  })

  it('reads a record by its key, and is told what is wrong', async () => {
    const [key] = await keysOf('Property?$top=1')
    const one = await send(`${odataUrl}/Property${buildQuery({ key: key!, select: ['ListingKey'] })}`)
    assert.equal(one.body.ListingKey, key)
    const wrong = await send(`${odataUrl}/Property${buildQuery({ filter: { ListPrise: 1 } })}`)
    assert.equal(wrong.status, 400)
    assert.match(wrong.body.error.message, /ListPrice/)
  })
})
