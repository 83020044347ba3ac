import { FetchClient } from '@odata2ts/http-client-fetch'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ResoODataService } from './generated/odata2ts/ResoODataService.ts'
import { countOf, headers, keysOf, odataUrl } from './hub.ts'

/** A typed client generated from $metadata: that it compiles is the first half of the test. */
describe('odata2ts', () => {
  const client = new FetchClient({ headers })
  const hub = new ResoODataService(client, odataUrl)

  it('filters, orders, selects, expands and counts', async () => {
    const { data } = await hub.Property().query((query, property) =>
      query
        .select('ListingKey', 'ListPrice', 'City')
        .filter(property.StandardStatus.eq('Active'), property.ListPrice.gt(100_000))
        .expanding(
          'Media',
          (media, { Order }) => media.select('MediaURL', 'Order').orderBy(Order.asc()).top(2),
        )
        .expand('OriginatingOffice')
        .orderBy(property.ListPrice.desc(), property.ListingKey.asc())
        .count()
        .top(10)
    )
    const filter = "StandardStatus eq 'Active' and ListPrice gt 100000"
    assert.equal(data['@odata.count'], await countOf('Property', filter))
    assert.deepEqual(
      data.value.map(({ ListingKey }) => ListingKey),
      await keysOf(`Property?$filter=${filter}&$orderby=ListPrice desc,ListingKey&$top=10`),
    )
    assert.ok(data.value.every((row) => row.Media!.length <= 2 && row.OriginatingOffice!.OfficeKey))
    assert.ok(data.value.some((row) => row.Media!.length > 0))
  })

  it('understands functions, lists and paths', async () => {
    const { data } = await hub.Property().query((query, property) =>
      query
        .filter(
          property.City.toLower().startsWith('l').or(property.City.in('Paphos', 'Larnaca')),
          property.OriginatingOffice.props.OfficeKey.ne(null),
        )
        .count().top(1)
    )
    const filter =
      "(startswith(tolower(City),'l') or City in ('Paphos','Larnaca')) and OriginatingOffice/OfficeKey ne null"
    assert.equal(data['@odata.count'], await countOf('Property', filter))
  })

  it('pages over nextLink', async () => {
    type Page = { value: { ListingKey: string }[]; '@odata.nextLink'?: string }
    const keys = new Set<string>()
    const sized = { headers: { ...headers, Prefer: 'odata.maxpagesize=200' } }
    const first = await hub.Property().query((query) => query.select('ListingKey'), sized)
    let page: Page = first.data
    for (;;) {
      for (const { ListingKey } of page.value) keys.add(ListingKey)
      const next = page['@odata.nextLink']
      if (!next) break
      page = (await client.get<Page>(next)).data
    }
    assert.equal(keys.size, await countOf('Property'))
  })

  it('reads a record by its key', async () => {
    const [key] = await keysOf('Property?$top=1&$filter=ListPrice gt 1')
    const { data } = await hub.Property(key!).query((query) => query.select('ListingKey', 'ListPrice'))
    assert.equal(data.ListingKey, key)
    assert.equal(typeof data.ListPrice, 'number')
    const media = await hub.Property(key!).Media().query((query) => query.top(1))
    assert.equal(media.data.value[0]!.ResourceRecordKey, key)
  })

  it('hands on the message of an error', async () => {
    await assert.rejects(hub.Property('nobody').query(), (error: Error & { status?: number }) => {
      assert.equal(error.status, 404)
      assert.match(error.message, /nobody|Property/)
      return true
    })
  })
})
