import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import odataProvider, { type OdataDataProvider } from 'ra-data-odata-server'
import { countOf, headers, keysOf, odataUrl, type Row } from './hub.ts'

/** The data provider of react-admin's grids: it reads $metadata itself, and sends by @odata/client. */
describe('ra-data-odata-server', () => {
  let provider: OdataDataProvider

  before(async () => {
    provider = await odataProvider(odataUrl, () => Promise.resolve({ commonHeaders: headers }))
  })

  const list = (filter: Row, page: number, meta = {}) =>
    provider.getList('Property', {
      pagination: { page, perPage: 20 },
      sort: { field: 'ListingKey', order: 'ASC' },
      filter,
      meta,
    })

  it('knows the resources of $metadata', () => {
    assert.deepEqual(
      ['Property', 'Member', 'Office', 'Media', 'Lookup'].filter((name) =>
        !provider.getResources().includes(name)
      ),
      [],
    )
  })

  it('pages, with a count and the key as id', async () => {
    const keys: unknown[] = []
    for (const page of [1, 2, 3]) {
      const { data, total } = await list({}, page)
      assert.equal(total, await countOf('Property'))
      keys.push(...data.map(({ id }) => id))
    }
    assert.deepEqual(keys, await keysOf('Property?$orderby=ListingKey&$top=60'))
  })

  it('filters as its operators say', async () => {
    for (
      const [filter, expected] of [
        [{ 'City_eq': 'Limassol' }, "City eq 'Limassol'"],
        [{ 'City_q': 'ima' }, "contains(City,'ima')"],
        [{ 'ListPrice_gte': 250_000, 'City_neq': 'Limassol' }, "ListPrice ge 250000 and City ne 'Limassol'"],
        [{ 'City_eq_any': ['Limassol', 'Paphos'] }, "City in ('Limassol','Paphos')"],
        [{ 'BedroomsTotal_inc_any': [1, 2] }, 'BedroomsTotal in (1,2)'],
      ] as [Row, string][]
    ) {
      assert.equal((await list(filter, 1)).total, await countOf('Property', expected), expected)
    }
  })

  it('selects and expands', async () => {
    const { data } = await list({}, 1, { select: ['ListingKey', 'City'], expand: ['OriginatingOffice'] })
    assert.ok(data.every((row) => row.OriginatingOffice.OfficeKey && !('ListPrice' in row)))
  })

  it('reads one record, several, and those that refer to another', async () => {
    const [first, second] = await keysOf('Property?$top=2&$filter=Media/$count gt 0')
    const { data: one } = await provider.getOne('Property', { id: first! })
    assert.equal(one.id, first)
    const { data: many } = await provider.getMany('Property', { ids: [first!, second!] })
    assert.deepEqual(many.map(({ id }) => id), [first, second])
    const { total } = await provider.getManyReference('Media', {
      target: 'ResourceRecordKey',
      id: first!,
      pagination: { page: 1, perPage: 5 },
      sort: { field: 'Order', order: 'ASC' },
      filter: {},
    })
    assert.equal(total, await countOf('Media', `ResourceRecordKey eq '${first}'`))
  })

  it('hands on the message of an error', async () => {
    await assert.rejects(list({ 'ListPrise_gt': 1 }, 1), /did you mean 'ListPrice'/)
  })
})
