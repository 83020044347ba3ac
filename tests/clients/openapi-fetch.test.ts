import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import createClient from 'openapi-fetch'
import type { paths } from './generated/openapi.ts'
import { countOf, functionsUrl, headers, keysOf } from './hub.ts'

/** Types generated from the OpenAPI document (openapi-typescript), and the client that is typed by them. */
describe('openapi-fetch', () => {
  const client = createClient<paths>({ baseUrl: functionsUrl, headers })

  it('filters, orders, selects, expands and counts', async () => {
    const filter = "StandardStatus eq 'Active' and ListPrice gt 100000"
    const { data, error } = await client.GET('/odata/Property', {
      params: {
        query: {
          $filter: filter,
          $orderby: 'ListPrice desc,ListingKey',
          $select: 'ListingKey,ListPrice',
          $expand: 'Media($select=MediaURL;$top=2)',
          $count: true,
          $top: 10,
        },
      },
    })
    assert.equal(error, undefined)
    assert.equal(data!['@odata.count'], await countOf('Property', filter))
    assert.deepEqual(
      data!.value.map(({ ListingKey }) => ListingKey),
      await keysOf(`Property?$filter=${filter}&$orderby=ListPrice desc,ListingKey&$top=10`),
    )
    assert.ok(data!.value.every((row) => row.Media!.length <= 2))
    assert.ok(data!.value[0]!['@odata.etag'])
  })

  it('pages over nextLink', async () => {
    const keys = new Set<string>()
    let $skiptoken: string | undefined
    do {
      const { data } = await client.GET('/odata/Property', {
        params: { query: { $select: 'ListingKey', $skiptoken }, header: { Prefer: 'odata.maxpagesize=200' } },
      })
      for (const { ListingKey } of data!.value) keys.add(ListingKey!)
      const next = data!['@odata.nextLink']
      $skiptoken = next === undefined ? undefined : new URL(next).searchParams.get('$skiptoken')!
    } while ($skiptoken)
    assert.equal(keys.size, await countOf('Property'))
  })

  it('counts', async () => {
    const $filter = "City eq 'Limassol'"
    const { data } = await client.GET('/odata/Property/$count', {
      params: { query: { $filter } },
      parseAs: 'text',
    })
    assert.equal(Number(data), await countOf('Property', $filter))
  })

  it('reads a record by its key', async () => {
    const [ListingKey] = await keysOf('Property?$top=1')
    const { data } = await client.GET("/odata/Property('{ListingKey}')", {
      params: { path: { ListingKey: ListingKey! }, query: { $select: 'ListingKey,ModificationTimestamp' } },
    })
    assert.equal(data!.ListingKey, ListingKey)
    assert.match(data!.ModificationTimestamp!, /^\d{4}-.*Z$/)
  })

  it('types the body of an error', async () => {
    const { error, response } = await client.GET('/odata/Property', {
      params: { query: { $filter: 'ListPrise gt 1' } },
    })
    assert.equal(response.status, 400)
    assert.equal(error!.error.code, 'unknown_field')
    assert.match(error!.error.message, /ListPrice/)
  })
})
