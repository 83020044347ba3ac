import { describe, expect, it } from 'vitest'
import { pageStatements } from '../../../../functions/_shared/odata/sql/collection.ts'
import { type Client, cyprus, plan } from '../support.ts'

const statements = (
  options: Record<string, string>,
  client?: Client,
  link?: { field: string; value: string },
) => pageStatements({ ...plan(options, client), link }, cyprus, 'gold').map((statement) => statement(10).text)

describe('a page by a nullable field', () => {
  const pieces = ($filter?: string) => statements({ $orderby: 'ListPrice', ...$filter && { $filter } }).length

  it('is read as nulls and values apart, unless its filter leaves no nulls', () => {
    expect(pieces()).toBe(2)
    expect(pieces('ListPrice ge 500')).toBe(1)
    expect(pieces(`City eq 'Paphos' and (ListPrice lt 500 and BedroomsTotal eq 2)`)).toBe(1)
    for (
      const filter of [
        'ListPrice ne 500',
        'ListPrice eq null',
        'ListPrice ge null',
        `City eq 'Paphos' or ListPrice ge 500`,
        'not (ListPrice ge 500)',
        'BedroomsTotal eq 2',
      ]
    ) expect(pieces(filter), filter).toBe(2)
  })
})

describe('a read by key', () => {
  const link = { field: 'ListingKey', value: 'A' }
  const text = (options: Record<string, string>, client?: Client) => statements(options, client, link)[0]

  it('goes to the function that keeps its plans, when whole records are asked for', () => {
    expect(text({})).toMatch(/from mls\.served_by\('Property\.ListingKey', \$1::text\[\]\) t0$/)
    expect(text({ $expand: 'Media' })).toContain('mls.served_by')
    expect(text({}, { grants: ['Property.*'] })).toContain('mls.served_by')
    expect(text({ $select: 'City' })).not.toContain('mls.served_by')
    expect(text({ $expand: 'ListAgent' })).not.toContain('mls.served_by')
  })

  it('of many is ordered and limited', () => {
    const media = statements({}, { resource: 'Media' }, { field: 'ResourceRecordKey', value: 'A' })[0]
    expect(media).toMatch(/mls\.served_by.* where true order by t0\.seq limit 10$/)
  })
})
