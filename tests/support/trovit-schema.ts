import { childrenOf, type Element, faultsOf, readXml, type Rule, textAt } from './xml-schema.ts'

/** Trovit's feed of homes as a schema: its XSD and the table of technical specifications, which says the ranges. */
const name = /^.{1,255}$/u
const whole = /^\d+$/
const address = /^https?:\/\/\S+$/
const coordinate = /^-?\d{1,3}(\.\d+)?$/
const flag = /^[01]$/

/** What each type may cost. */
const prices: Record<string, [least: number, most: number]> = {
  'For Rent': [100, 50_000],
  'For Sale': [10_000, 100_000_000],
  'Parking For Rent': [5, 10_000],
  'Parking For Sale': [1_000, 200_000],
  'Office For Rent': [50, 500_000],
  'Office For Sale': [1_000, 50_000_000],
  'Land For Sale': [5_000, 50_000_000],
  'For Rent Local': [50, 500_000],
  'For Sale Local': [2_000, 50_000_000],
  'Warehouse For Rent': [500, 300_000],
  'Warehouse For Sale': [5_000, 10_000_000],
}
const ranges: Record<string, [least: number, most: number]> = {
  floor_area: [15, 50_000],
  plot_area: [1, 1_000_000_000],
  rooms: [0, 20],
  bathrooms: [1, 20],
  year: [1700, 2100],
  latitude: [-90, 90],
  longitude: [-180, 180],
}

const ad: Rule[] = [
  ['id', /^[A-Za-z0-9_-]{1,50}$/, { needed: true }],
  ['url', address, { needed: true }],
  ['title', name, { needed: true }],
  ['type', new RegExp(`^(${Object.keys(prices).join('|')})$`), { needed: true }],
  ['agency', name],
  ['content', /^[\s\S]{30,}$/u, { needed: true }],
  ['price', whole],
  ['property_type', /^.{1,100}$/u],
  ['floor_area', whole],
  ['plot_area', whole],
  ['rooms', whole],
  ['bathrooms', whole],
  ['floor_number', /^-?\d{1,3}$/],
  ['parking', flag],
  ['address', name],
  ['city', name, { needed: true }],
  ['city_area', name],
  ['postcode', name],
  ['region', name],
  ['latitude', coordinate],
  ['longitude', coordinate],
  ['pictures', [['picture', [['picture_url', address, { needed: true }]], { needed: true, many: true }]]],
  ['virtual_tour', address],
  ['year', /^\d{4}$/],
  ['eco_score', /^[A-G]$/],
  ['is_furnished', flag],
  ['is_new', flag],
  ['date', /^\d\d\/\d\d\/\d{4}$/, { needed: true }],
  ['time', /^\d\d:\d\d:\d\d$/],
]

/** Everything in a feed document that the format forbids. */
export function trovitFaults(xml: string): string[] {
  const { root, faults } = readXml(xml)
  if (!root) return faults
  if (root.name !== 'trovit') return [`the root is ${root.name}`]
  const ads = childrenOf(root, 'ad')
  const ids = ads.map((one) => textAt(one, 'id'))
  if (new Set(ids).size !== ids.length) faults.push('an id occurs twice')
  faults.push(...faultsOf(root, [['ad', ad, { many: true }]]))
  return [...faults, ...ads.flatMap((one) => adFaults(one).map((fault) => `${textAt(one, 'id')}: ${fault}`))]
}

/** Ranges and attributes, and what is said of one element because of another. */
function adFaults(one: Element): string[] {
  const faults: string[] = []
  const type = textAt(one, 'type')!
  for (const path of [...Object.keys(ranges), 'price']) {
    const [least, most] = (path === 'price' ? prices[type] : ranges[path]) ?? [0, 0]
    const text = textAt(one, path)
    if (text !== undefined && !(Number(text) >= least && Number(text) <= most)) {
      faults.push(`${path} is ${text}, not within ${least} and ${most}`)
    }
  }
  const [price] = childrenOf(one, 'price')
  const isRent = /Rent/.test(type)
  if (price && isRent !== /^(weekly|monthly)$/.test(price.attributes.period ?? '')) {
    faults.push('the price of a rent has a period, that of a sale has none')
  }
  for (const { attributes } of childrenOf(one, 'floor_area')) {
    if (!/^(meters|feet)$/.test(attributes.unit ?? '')) faults.push('an area without its unit')
  }
  const isHome = type === 'For Rent' || type === 'For Sale'
  if (!isHome && textAt(one, 'property_type') !== undefined) faults.push('property_type is said of homes')
  if ((textAt(one, 'latitude') === undefined) !== (textAt(one, 'longitude') === undefined)) {
    faults.push('half a point')
  }
  return faults
}

export function trovitAds(xml: string): Element[] {
  return childrenOf(readXml(xml).root!, 'ad')
}
