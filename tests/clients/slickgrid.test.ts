import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { ask, countOf, headers, keysOf, odataUrl, type Row } from './hub.ts'

/** The OData service of a grid (SlickGrid): it writes the queries, its user's fetch sends them. */
describe('@slickgrid-universal/odata', () => {
  // deno-lint-ignore no-explicit-any
  let newService: (options?: Row) => any

  before(async () => {
    // it asks whether the name of a column is an element of a page
    Object.assign(globalThis, { HTMLElement: class {}, DocumentFragment: class {} })
    const { GridOdataService } = await import('@slickgrid-universal/odata')
    const fields = ['ListingKey', 'City', 'ListPrice', 'OriginatingOffice/OfficeName', 'Media/MediaURL']
    const columns = fields.map((field) => ({
      id: field,
      field,
      name: field,
      type: field === 'ListPrice' ? 'number' : 'string',
    }))
    newService = (options = {}) => {
      const grid = {
        getColumns: () => columns,
        getOptions: () => ({
          defaultFilterRangeOperator: 'RangeInclusive',
          datasetIdPropertyName: 'ListingKey',
        }),
        getSortColumns: () => [],
        setSortColumns: () => {},
      }
      const service = new GridOdataService()
      const page = { pageNumber: 1, pageSize: 25, pageSizes: [25], totalItems: 0 }
      service.init({ version: 4, enableCount: true, ...options }, page, grid as never)
      return service
    }
  })

  const send = async (query: string) => {
    const response = await fetch(`${odataUrl}/Property?${query}`, { headers })
    const body = await response.json()
    assert.equal(response.status, 200, JSON.stringify(body))
    return body as { value: Row[]; '@odata.count': number }
  }

  it('sends the filters and the order of columns', async () => {
    const service = newService()
    service.updateFilters([
      { columnId: 'City', operator: 'StartsWith', searchTerms: ['Lim'] },
      { columnId: 'ListPrice', operator: '>=', searchTerms: ['100000'] },
    ], true)
    service.updateSorters(undefined, [{ columnId: 'ListPrice', direction: 'DESC' }])
    const page = await send(service.buildQuery())
    const filter = "startswith(City,'Lim') and ListPrice ge 100000"
    assert.equal(page['@odata.count'], await countOf('Property', filter))
    assert.deepEqual(
      page.value.map(({ ListPrice }) => ListPrice),
      (await ask(`Property?$filter=${filter}&$orderby=ListPrice desc&$top=${page.value.length}`)).value.map((
        { ListPrice },
      ) => ListPrice),
    )
  })

  it('sends ranges, lists, contains and what is not equal', async () => {
    for (
      const [filter, expected] of [
        [
          { columnId: 'ListPrice', operator: 'RangeInclusive', searchTerms: ['100000..400000'] },
          'ListPrice ge 100000 and ListPrice le 400000',
        ],
        [
          { columnId: 'City', operator: 'IN', searchTerms: ['Limassol', 'Paphos'] },
          "City in ('Limassol','Paphos')",
        ],
        [{ columnId: 'City', operator: 'Contains', searchTerms: ['ma'] }, "contains(City,'ma')"],
        [{ columnId: 'City', operator: '!=', searchTerms: ['Paphos'] }, "City ne 'Paphos'"],
      ] as const
    ) {
      const service = newService()
      service.updateFilters([filter], true)
      assert.equal(
        (await send(service.buildQuery()))['@odata.count'],
        await countOf('Property', expected),
        expected,
      )
    }
  })

  it('pages by $top and $skip', async () => {
    const service = newService({ orderBy: 'ListingKey asc' })
    const keys: unknown[] = []
    for (const page of [1, 2, 3]) {
      service.updatePagination(page, 25)
      keys.push(...(await send(service.buildQuery())).value.map(({ ListingKey }) => ListingKey))
    }
    assert.deepEqual(keys, await keysOf('Property?$orderby=ListingKey&$top=75'))
  })

  it('selects and expands the columns', async () => {
    const page = await send(newService({ enableSelect: true, enableExpand: true }).buildQuery())
    const row = page.value.find(({ Media }) => (Media as Row[]).length > 0)!
    assert.deepEqual(
      Object.keys(row).filter((name) => !name.startsWith('@')).sort(),
      ['City', 'ListPrice', 'ListingKey', 'Media', 'OriginatingOffice'],
    )
    assert.deepEqual(Object.keys(row.OriginatingOffice as Row).filter((name) => !name.startsWith('@')), [
      'OfficeName',
    ])
  })

  it('can show why a filter is refused', async () => {
    const query = newService({ filterBy: 'ListPrise gt 1' }).buildQuery()
    const response = await fetch(`${odataUrl}/Property?${query}`, { headers })
    assert.equal(response.status, 400)
    assert.match((await response.json()).error.message, /did you mean 'ListPrice'/)
  })
})
