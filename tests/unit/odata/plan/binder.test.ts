import { describe, expect, it } from 'vitest'
import { modelFor } from '../../../../functions/_shared/odata/model/model.ts'
import { type Client, plan, refusalOf } from '../support.ts'

const dd2: Client = { profile: 'dd2' }

describe('filters that are refused', () => {
  it.each<[filter: string, code: string, message: string, client?: Client]>([
    [
      'Citty eq 1',
      'unknown_field',
      "'Citty' is not a field of Property; did you mean 'City'? ($filter, position 0)",
    ],
    ["City eq 'x' and Lst eq 1", 'unknown_field', 'position 16'],
    ["PrivateRemarks eq 'x'", 'unknown_field', "'PrivateRemarks' is not a field"],
    ['X_SellerContactKey ne null', 'unknown_field', "'X_SellerContactKey' is not a field"],
    [
      "BedroomsTotal eq 'three'",
      'invalid_query',
      "expected a number, not a text 'three'; write it without quotes",
    ],
    [
      'City eq 5',
      'invalid_query',
      'expected a text, not a number 5; texts stand in single quotes ($filter, position 8)',
    ],
    ['City eq true', 'invalid_query', 'expected a text'],
    ["NewConstructionYN eq 'true'", 'invalid_query', 'expected a truth value'],
    ['ListPrice eq City', 'invalid_query', 'cannot be compared'],
    ["ModificationTimestamp gt 'yesterday'", 'invalid_query', "'yesterday' is not a date"],
    ['ModificationTimestamp gt 5', 'invalid_query', 'expected a date with time'],
    ["ListingContractDate eq '2026-02-30'", 'invalid_query', "'2026-02-30' is not a date"],
    ['ListingContractDate eq 20260-01-01', 'invalid_query', 'between the years 1 and 9999'],
    ["ModificationTimestamp lt '2026-01-01T24:00:00Z'", 'invalid_query', 'is not a date'],
    ['City', 'invalid_query', 'expected a condition'],
    ['not City', 'invalid_query', 'expected a condition'],
    ['City and true', 'invalid_query', 'expected a condition'],
    ["City has 'x'", 'invalid_query', "'has' applies to enumeration types only"],
    ["StandardStatus eq RESO.StandardStatus'Active'", 'invalid_query', 'enumerations are plain texts'],
    ['ListPrice eq 01234567-89ab-cdef-0123-456789abcdef', 'invalid_query', 'expected a number'],
    ["contains(ListPrice,'1')", 'invalid_query', 'contains expects a text, not a number'],
    ['year(City) eq 1', 'invalid_query', 'year expects a date with time'],
    ['length(City) add City gt 1', 'invalid_query', "'add' cannot join"],
    ["-City eq 'x'", 'invalid_query', "'-' needs a number"],
    ['cast(City,Edm.Int31) eq 1', 'invalid_query', "did you mean 'Edm.Int32'? ($filter, position 0)"],
    [
      'cast(City,RESO.OData.Property) eq null',
      'invalid_query',
      'is not one of the types that values are cast to',
    ],
    ["cast(Edm.String) eq 'x'", 'invalid_query', 'write cast(value,Edm.String)'],
    ["cast(City,Edm.Int32) eq 'x'", 'invalid_query', 'expected a number'],
    ['matchesPattern(City,ListingId)', 'invalid_query', 'the pattern must be a text in single quotes'],
    ['hassubset(View,View)', 'not_implemented', "'hassubset' is not supported"],
    ['City eq @missing', 'invalid_query', '@missing has no value'],
    ['Media/Order eq 0', 'invalid_query', "'Media' is a collection: write Media/any("],
    ['ListAgent gt null', 'invalid_query', 'name a field of ListAgent'],
    ['ListAgent/Foo eq null', 'unknown_field', "'Foo' is not a field of Member"],
    ['Media/any(m: m/Foo eq 1)', 'unknown_field', "'Foo' is not a field of Media"],
    ["View/any(v: v eq 'Sea')", 'invalid_query', "'View' is not multi-valued"],
    ["View eq 'Sea'", 'invalid_query', "'View' is multi-valued", dd2],
    ["contains(View,'Sea')", 'invalid_query', "'View' is multi-valued", dd2],
    ['View/any(v: v eq 1)', 'invalid_query', 'expected a text', dd2],
    ['ShowingAppointments/any()', 'unknown_field', "'ShowingAppointments' is not a field"],
    [`ListPrice gt ${'9'.repeat(500)}`, 'too_costly', 'too many digits'],
    ['geo.distance(City,Location) lt 5', 'invalid_query', 'geo.distance expects two points'],
    [
      "geo.distance(Location,geography'SRID=3857;Point(1 2)') lt 5",
      'invalid_query',
      'SRID 3857 is not supported',
    ],
    [
      "geo.distance(Location,geography'SRID=4326;Point(180.5 10)') lt 5",
      'invalid_query',
      'longitude is -180 to 180',
    ],
    ["geo.distance(Location,geography'SRID=4326;Point(34 -91)') lt 5", 'invalid_query', 'not on earth'],
    ["substringof('a',City)", 'invalid_query', "version 4 has contains(City,'a')"],
    ["substringof(City,'a') eq true", 'invalid_query', "version 4 has contains(City,'a')"],
    ["contians('a',City)", 'invalid_query', 'did you mean contains?'],
    ['ModificationTimestamp gt 2026-01-01T10:00:00', 'invalid_query', 'a time needs its zone'],
    ['ModificationTimestamp gt 2026-01-01T10:00', 'invalid_query', 'a time needs its zone'],
    ["City eq 'a\0'", 'invalid_query', 'holds a character that is not allowed: %00'],
    ['Location eq Location', 'invalid_query', 'cannot be compared'],
    ['cast(Location,Edm.String) eq null', 'invalid_query', 'a point cannot be cast'],
  ])('%s', (filter, code, message, client) => {
    const refusal = refusalOf(() => plan({ $filter: filter }, client))
    expect(refusal.code).toBe(code)
    expect(refusal.message).toContain(message)
    expect(refusal.target).toBe(filter.includes('\0') ? 'query' : '$filter')
  })

  it('aliases that turn in circles', () => {
    const options = { $filter: 'City eq @a', '@a': '@b', '@b': '@a' }
    expect(refusalOf(() => plan(options)).message).toContain('in a circle')
  })

  const aliases = (levels: number) =>
    Object.fromEntries(
      Array.from({ length: levels }, (_, n) => [`@a${n}`, `(@a${n + 1} or @a${n + 1})`]).concat([
        [`@a${levels}`, "City eq 'x'"],
      ]),
    )
  const uses = (name: string, times: number) => Array(times).fill(`${name} gt 1`).join(' or ')
  const sum = (terms: number) => Array(terms).fill('ListPrice').join(' add ')
  it.each<[what: string, options: Record<string, string>]>([
    ['aliases that name the next one twice', { $filter: '@a0', ...aliases(17) }],
    ['a long alias, often', { $filter: uses('@long', 300), '@long': sum(90) }],
    ['a long computed value, often', { $compute: `${sum(90)} as L`, $filter: uses('L', 300) }],
    ['both', { $compute: '@long as L', '@long': sum(90), $filter: uses('L', 300) }],
    ['within an expansion', {
      $expand: `ListAgent($filter=${uses('@long', 300)})`,
      '@long': sum(90).replaceAll('ListPrice', '1'),
    }],
  ])('%s: a short address that says a tree of any size', (_, options) => {
    expect(refusalOf(() => plan(options)).code).toBe('too_costly')
  })

  it('but not what says little often, or much once', () => {
    expect(plan({ $filter: '@a0', ...aliases(8) }).filter).toBeDefined()
    expect(plan({ $compute: `${sum(90)} as L`, $filter: uses('L', 40) }).filter).toBeDefined()
  })
})

describe('other options that are refused', () => {
  it.each<[option: string, value: string, code: string, message: string]>([
    ['$select', 'City,Citty', 'unknown_field', "did you mean 'City'? ($select, position 5)"],
    ['$select', 'PrivateRemarks', 'unknown_field', "'PrivateRemarks' is not a field"],
    ['$select', 'Media/MediaURL', 'invalid_query', 'write $expand=Media($select=...)'],
    ['$orderby', 'Lat desc', 'unknown_field', "'Lat' is not a field"],
    ['$orderby', 'Location', 'invalid_query', 'a point has no order'],
    ['$orderby', 'now()', 'not_implemented', 'now() is another time on each page'],
    ['$orderby', 'City,now() sub ModificationTimestamp', 'not_implemented', 'now() is another time'],
    ['$orderby', Array(11).fill('City').join(), 'too_costly', 'more than 10 terms'],
    ['$expand', 'Medai', 'unknown_field', "did you mean 'Media'?"],
    ['$expand', 'City', 'invalid_query', "'City' is a field"],
    ['$expand', 'Media($filter=Foo eq 1)', 'unknown_field', '($expand, position 14)'],
    ['$expand', 'Media($select=Foo)', 'unknown_field', '($expand, position 14)'],
    ['$expand', '$value', 'not_implemented', 'there are no streams to expand'],
    ['$expand', 'ListAgent/Office', 'invalid_query', 'expand inside: ListAgent($expand=Office)'],
    [
      '$expand',
      'Media($expand=Property($expand=Media($expand=Property($expand=Media))))',
      'too_costly',
      'more than 4 levels',
    ],
    ['$compute', 'ListPrice mul 2 as City', 'invalid_query', "'City' is a name of Property already"],
    ['$compute', 'ListPrice mul 2 as Media', 'invalid_query', "'Media' is a name of Property already"],
    ['$compute', '1 as A,2 as B,3 as A', 'invalid_query', "'A' is computed twice"],
    ['$compute', '1 as A,A add 1 as B', 'unknown_field', "'A' is not a field of Property"],
    ['$compute', 'PrivateRemarks as A', 'unknown_field', "'PrivateRemarks' is not a field"],
    ['$compute', 'ListPrise div 2 as A', 'unknown_field', "did you mean 'ListPrice'? ($compute, position 0)"],
    ['$compute', 'City add 1 as A', 'invalid_query', "'add' cannot join a text and a number"],
    ['$compute', 'Location as A', 'invalid_query', 'a point is no value to compute'],
    ['$compute', 'null as A', 'invalid_query', 'null is no value to compute'],
    ['$compute', 'Media as A', 'invalid_query', "'Media' is a collection"],
    ['$compute', Array(21).fill(1).map((_, n) => `1 as A${n}`).join(), 'too_costly', 'more than 20 values'],
  ])('%s=%s', (option, value, code, message) => {
    const refusal = refusalOf(() => plan({ [option]: value }))
    expect(refusal.code).toBe(code)
    expect(refusal.message).toContain(message)
    expect(refusal.target).toBe(option)
  })
})

describe('the model of a client', () => {
  it('has restricted resources and sensitive fields only where they were granted', () => {
    const open = modelFor('gold', [])
    expect([...open.entityTypes.keys()]).toEqual([
      'Property',
      'Member',
      'Office',
      'Media',
      'OpenHouse',
      'PropertyRooms',
      'PropertyUnitTypes',
      'Teams',
      'TeamMembers',
      'EntityEvent',
      'Lookup',
      'Field',
    ])
    expect(open.entityTypes.get('Property')!.properties.has('PrivateRemarks')).toBe(false)
    expect(open.entityTypes.get('Property')!.navigations.has('ShowingAppointments')).toBe(false)

    const one = modelFor('gold', ['Contacts', 'Property.PrivateRemarks'])
    expect(one.entityTypes.has('Contacts')).toBe(true)
    expect(one.entityTypes.has('ShowingAppointment')).toBe(false)
    expect(one.entityTypes.get('Property')!.properties.has('PrivateRemarks')).toBe(true)
    expect(one.entityTypes.get('Property')!.properties.has('X_SellerContactKey')).toBe(false)
    expect(one.entityTypes.get('Property')!.seesAllSensitive).toBe(false)
  })
})
