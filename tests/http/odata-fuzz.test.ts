import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Hub, startHub } from '../support/hub.ts'
import { generator, mutated, type Random, seeds } from '../support/odata/mutations.ts'
import { newClient, type ODataClient } from './odata-client.ts'

/** Mutilated queries over HTTP: each is answered or refused, none makes the server fail or fall silent. */
const requests = 2_000
const atOnce = 8

/** Queries of every kind that the door understands; what comes after them is close enough to be understood in parts. */
const filters = [
  "City eq 'Limassol' and ListPrice gt 100000.005",
  'BedroomsTotal in (1,2,null) or not (ListPrice lt 1e6)',
  'ListPrice div LivingArea mod 3 add -2 mul 1.5 divby 0 ge 0',
  "contains(tolower(PublicRemarks),'дом') eq false",
  "substring(concat(City,'x'),1,length(trim(City))) ne null",
  "indexof(City,'a') sub 1 le round(Latitude)",
  'ModificationTimestamp gt 2020-01-01T00:00:00Z and date(ModificationTimestamp) lt 2999-12-31',
  "OriginalEntryTimestamp lt now() sub duration'P1D'",
  "ListingContractDate eq '2025-01-31' or year(ListingContractDate) eq 2025",
  'fractionalseconds(ModificationTimestamp) lt 0.5',
  'time(ModificationTimestamp) gt 10:00:00 and totaloffsetminutes(ModificationTimestamp) eq 0',
  "matchesPattern(City,'^(Lim|Pa)[a-z\\d]{2,9}$')",
  "cast(ListPrice,Edm.String) eq '1' or cast('12',Edm.Int16) gt BedroomsTotal",
  "isof(City,Edm.String) and case(ListPrice gt 1:'a',true:'b') eq 'b'",
  "Media/any(m:m/Order eq 0 and contains(m/MediaURL,'x'))",
  'Media/all(m:m/MediaKey ne null) and Media/$count($filter=Order gt 0;$search=door) lt 9',
  "ListAgent/Office/OfficeName eq 'x' or ListOffice/OfficeKey ne null",
  "View/any(v:v in ('Sea','City')) and 'Sea' in View",
  "geo.distance(Location,geography'SRID=4326;Point(33.04 34.68)') lt 5000.5",
  "geo.intersects(Location,geography'SRID=4326;Polygon((33 34,34 34,34 35,33 34))')",
  "OriginatingSystemOfficeKey eq 'CSIR' and @p gt 1&@p=ListPrice mul 2",
  'BedroomsTotal eq 99999999999999999999 or ListPrice lt -INF or Latitude eq NaN',
]
const queries: [option: string, values: string[]][] = [
  ['$filter', filters],
  ['$orderby', [
    'City desc,ListPrice',
    'length(City) add 1 desc',
    'ListAgent/MemberFullName',
    'cast(ListPrice,Edm.String)',
  ]],
  ['$select', ['ListingKey,City,View', '*', 'ListPrice']],
  ['$expand', [
    'Media($filter=Order gt 0;$orderby=Order desc;$top=2;$count=true;$select=MediaURL)',
    'ListAgent($expand=Office($select=OfficeName)),Media/$count',
    '*($levels=1)',
    'Media($search=door OR "front door")',
  ]],
  ['$search', ['sea AND (view OR NOT "old town")', "'typed (te", 'дом θάλασσα CY-1']],
  ['$top', ['1', '2', '0', '2147483648']],
  ['$skip', ['1', '9223372036854775807', '99999999999999999999']],
  ['$skiptoken', ['WzEwMCwiMSJd.AAAA', 'x.y']],
]
const paths = [
  "Property('QOBRIX_f1')",
  "Property(ListingKey='QOBRIX_f1')/Media",
  "Property('QOBRIX_f1')/City/$value",
  "Property('QOBRIX_f1')/ListAgent/$ref",
  'Property/$count',
  'EntityEvent(12345678901234567890)',
  "Media('x%2Fy')/Property/$ref",
  '$metadata',
  '$explain?resource=Property&key=QOBRIX_f1',
  "Lookup?$filter=LookupName eq 'View'",
]
const sets = ['Property', 'Property', 'Property', 'Media', 'Member', 'EntityEvent', 'Lookup', 'Contacts']

let hub: Hub
let clients: ODataClient[]

beforeAll(async () => {
  hub = await startHub()
  const properties = { offices: ['*'], grants: ['Contacts', 'Property.*'] }
  clients = [
    await newClient(hub, { ...properties, profile: 'gold' }),
    await newClient(hub, { ...properties, profile: 'dd2' }),
  ]
  const listings = [1, 2, 3].map((n) => ({
    ListingKey: `QOBRIX_f${n}`,
    OriginatingSystemOfficeKey: 'SHARPSIR-CY-001',
    StandardStatus: 'Active',
    City: ['Limassol', 'Paphos', null][n - 1],
    ListPrice: n === 3 ? null : `${n}00000.50`,
    LivingArea: n === 2 ? '0' : '120.5',
    BedroomsTotal: String(n),
    Latitude: '34.68',
    Longitude: '33.04',
    View: 'Sea,City',
    PublicRemarks: 'Дом у моря, with a front door % _ \\ "quoted"',
    ListingContractDate: '2025-01-31',
  }))
  const response = await fetch(`${hub.functionsUrl}/ingest/property`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${await hub.token('databricks')}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(listings),
  })
  expect((await response.json()).totals.insert).toBe(3)
})
afterAll(() => hub?.stop())

const pick = <T>(list: readonly T[], random: Random): T => list[random(list.length)]!

/** Words of a kind may stand for each other: the grammar holds, and types, ranges and meaning go wrong. */
const kinds: [pattern: RegExp, words: string[]][] = [
  [
    /\b(?:City|ListPrice|BedroomsTotal|Latitude|PublicRemarks|ModificationTimestamp|ListingContractDate|View|Order)\b/g,
    [
      'City',
      'ListPrice',
      'BedroomsTotal',
      'Latitude',
      'ModificationTimestamp',
      'ListingContractDate',
      'NewConstructionYN',
      'View',
      'LotSizeAcres',
      'PrivateRemarks',
      'ListAgent/MemberKey',
      'Location',
      'null',
      'now()',
      'length(City)',
    ],
  ],
  [/(?<![\w'.-])-?\d+(?:\.\d+)?(?![\w'.-])/g, [
    '0',
    '-1',
    '1e308',
    '1e-308',
    '-9223372036854775808',
    '18446744073709551616',
    '0.000000000000000000001',
    'INF',
    'NaN',
    `9${'0'.repeat(300)}`,
    'null',
    'true',
    "'1'",
    '2026-02-29',
    '0001-01-01T00:00:00-14:00',
    '9999-12-31T23:59:59.9999999Z',
    "duration'P99999999999D'",
    "duration'-PT0.0000001S'",
    '23:59:59.999999999999',
  ]],
  [/'[^']*'/g, [
    "''",
    "'%'",
    "'\\'",
    "'a''b'",
    "'\u{1f3e0}'",
    `'${'x'.repeat(5000)}'`,
    '5',
    'null',
    "'9999-12-31'",
    "'e\u0301'",
  ]],
  [/ (?:eq|ne|gt|ge|lt|le|add|sub|mul|div|divby|mod|and|or) /g, [
    ' eq ',
    ' ne ',
    ' gt ',
    ' le ',
    ' add ',
    ' sub ',
    ' mul ',
    ' div ',
    ' divby ',
    ' mod ',
    ' and ',
    ' or ',
    ' in ',
    ' has ',
  ]],
  [/\b(?:contains|tolower|length|trim|round|year|date|time|concat|substring|indexof)\(/g, [
    'contains(',
    'toupper(',
    'length(',
    'trim(',
    'floor(',
    'ceiling(',
    'day(',
    'hour(',
    'totalseconds(',
    'matchesPattern(',
    'endswith(',
    'not (',
    '-(',
  ]],
]

function reworded(text: string, random: Random): string {
  const [pattern, words] = pick(kinds, random)
  const places = [...text.matchAll(pattern)]
  if (places.length === 0) return text
  const { index, 0: { length } } = pick(places, random)
  return text.slice(0, index) + pick(words, random) + text.slice(index + length)
}

function damaged(text: string, random: Random): string {
  if (random(3) === 0) return mutated(text, random)
  for (let times = 1 + random(3); times > 0; times--) text = reworded(text, random)
  return text
}

/** An address of the nth request; encoded as a client would, or sent as it is. */
function address(random: Random): string {
  const written = (text: string) =>
    random(4) > 0
      ? encodeURIComponent(text.toWellFormed())
      : encodeURI(text.toWellFormed()).replaceAll('#', '%23')
  if (random(5) === 0) return mutated(pick(paths, random), random).toWellFormed().replaceAll('#', '%23')
  const parts = Array.from({ length: 1 + random(2) }, () => {
    const [option, values] = pick(queries, random)
    const seed = random(12) === 0 ? pick(seeds, random) : pick(values, random)
    return `${random(30) === 0 ? mutated(option, random).toWellFormed() : option}=${
      written(damaged(seed, random))
    }`
  })
  return `${pick(sets, random)}${random(10) === 0 ? '/$count' : ''}?${parts.join('&').replaceAll('#', '%23')}`
}

it(`${requests} mutilated queries: an answer or a refusal`, async () => {
  const random = generator(20261121)
  const addresses = Array.from({ length: requests }, () => address(random))
  const failures: unknown[] = []
  const outcomes: Record<string, number> = {}
  const ask = async (client: ODataClient, url: string) => {
    const { status, text, body } = await client.get(url)
    outcomes[status] = (outcomes[status] ?? 0) + 1
    // 501 names what is not offered; every other 5xx would be a fault of ours.
    const isFault = status >= 500 && status !== 501
    const isRefusal = status < 400 || (body?.error?.code && body.error.message)
    if (isFault || !isRefusal) failures.push({ url, status, text: text.slice(0, 200) })
    return body?.['@odata.nextLink'] as string | undefined
  }
  const askFor = async (index: number) => {
    const client = clients[index % clients.length]!
    const link = await ask(client, `${hub.functionsUrl}/odata/${addresses[index]}`)
    if (link) await ask(client, link)
  }
  let next = 0
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (next < requests) await askFor(next++)
  }))
  expect(failures.slice(0, 10)).toEqual([])
  // Both must be common, or the queries try nothing.
  expect(outcomes[200]).toBeGreaterThan(requests / 20)
  expect(outcomes[400]).toBeGreaterThan(requests / 4)
})
