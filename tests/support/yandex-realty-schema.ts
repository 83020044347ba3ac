import { childrenOf, type Element, faultsOf, readXml, type Rule, textAt } from './xml-schema.ts'

/** Requirements of Yandex.Realty for feeds (YRL), as a schema: housing, land, garages and commercial property. */
const stamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/
const positive = /^[1-9]\d*$/
const amount = /^(?!0+(\.0+)?$)\d+(\.\d{1,2})?$/
const coordinate = /^-?\d{1,3}(\.\d+)?$/
const yes = /^да$/
const area: Rule[] = [['value', amount, { needed: true }], ['unit', /^кв\. м$/, { needed: true }]]
const offer: Rule[] = [
  ['type', /^(продажа|аренда)$/, { needed: true }],
  ['property-type', /^жилая$/],
  ['category', /^(квартира|комната|дом|дом с участком|дача|участок|таунхаус|дуплекс|гараж|коммерческая)$/, {
    needed: true,
  }],
  [
    'commercial-type',
    /^(auto repair|business|free purpose|hotel|land|legal address|manufacturing|office|public catering|retail|warehouse)$/,
  ],
  ['garage-type', /^(гараж|машиноместо|бокс)$/],
  ['url', /^https?:\/\/\S+$/],
  ['creation-date', stamp, { needed: true }],
  ['last-update-date', stamp],
  ['location', [
    ['country', /^.+$/u, { needed: true }],
    ['region', /^.+$/u],
    ['district', /^.+$/u],
    ['locality-name', /^.+$/u, { needed: true }],
    ['sub-locality-name', /^.+$/u],
    ['address', /^.+$/u],
    ['latitude', coordinate],
    ['longitude', coordinate],
  ], { needed: true }],
  ['sales-agent', [
    ['name', /^.+$/u],
    ['phone', /^\+?\d{5,15}$/, { needed: true, many: true }],
    ['category', /^(агентство|владелец|застройщик)$/],
    ['organization', /^.+$/u],
    ['url', /^https?:\/\/\S+$/],
    ['email', /^\S+@\S+$/],
  ], { needed: true }],
  ['price', [
    ['value', amount, { needed: true }],
    ['currency', /^(RUR|RUB|EUR|USD|UAH|BYN|KZT)$/, { needed: true }],
    ['period', /^(день|месяц)$/],
    ['unit', /^(кв\. м|сотка|гектар)$/],
  ], { needed: true }],
  ['area', area],
  ['living-space', area],
  ['lot-area', area],
  ['image', /^https?:\/\/\S+$/, { many: true }],
  ['description', /^[\s\S]+$/],
  ['rooms', positive],
  ['studio', yes],
  ['new-flat', yes],
  ['floor', positive],
  ['floors-total', positive],
  ['built-year', /^\d{4}$/],
  ['pool', yes],
  ['lift', yes],
  ['air-conditioner', yes],
]

/** Everything in a feed document that the format forbids. */
export function yandexFaults(xml: string): string[] {
  const { root, faults } = readXml(xml)
  if (!root) return faults
  if (root.name !== 'realty-feed') return [`the root is ${root.name}`]
  if (root.attributes.xmlns !== 'http://webmaster.yandex.ru/schemas/feed/realty/2010-06') {
    faults.push('another namespace')
  }
  const offers = childrenOf(root, 'offer')
  const ids = offers.map(({ attributes }) => attributes['internal-id'])
  if (ids.some((id) => !id)) faults.push('an offer without internal-id')
  if (new Set(ids).size !== ids.length) faults.push('an internal-id occurs twice')
  faults.push(
    ...faultsOf(root, [['generation-date', stamp, { needed: true }], ['offer', offer, { many: true }]]),
  )
  return [
    ...faults,
    ...offers.flatMap((one) => offerFaults(one).map((fault) => `${one.attributes['internal-id']}: ${fault}`)),
  ]
}

/** What the requirements say about one element because of another. */
function offerFaults(one: Element): string[] {
  const faults: string[] = []
  const has = (path: string) => textAt(one, path) !== undefined
  const category = textAt(one, 'category')
  const isCommercial = category === 'коммерческая'
  if (isCommercial === has('property-type')) {
    faults.push('property-type is said of housing, and of nothing else')
  }
  if (isCommercial !== has('commercial-type')) faults.push('commercial-type is said of commercial property')
  if ((category === 'гараж') !== has('garage-type')) faults.push('garage-type is said of garages')
  if ((textAt(one, 'type') === 'аренда') !== has('price/period')) {
    faults.push('a rent has a period, a sale has none')
  }
  if (category === 'участок' && !has('lot-area')) faults.push('land has a lot-area')
  if (!['участок', 'гараж'].includes(category!) && !has('area')) faults.push('a building has an area')
  if (has('location/latitude') !== has('location/longitude')) faults.push('half a point')
  return faults
}

export function yandexOffers(xml: string): Element[] {
  return childrenOf(readXml(xml).root!, 'offer')
}
