import { childrenOf, type Element, faultsOf, readXml, type Rule, textAt } from './xml-schema.ts'

/** Kyero XML import specification, version 3, as a schema. */
const whole = /^\d+$/
const positive = /^[1-9]\d*$/
const languages = ['ca', 'da', 'de', 'en', 'es', 'fi', 'fr', 'it', 'nl', 'no', 'pt', 'ru', 'sv']
const coordinate = /^-?\d{1,3}(\.\d+)?$/
const property: Rule[] = [
  ['id', /^[A-Za-z0-9_-]{1,50}$/, { needed: true }],
  ['date', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/, { needed: true }],
  ['ref', /^.+$/u, { needed: true }],
  ['price', positive, { needed: true }],
  ['currency', /^[A-Z]{3}$/, { needed: true }],
  ['price_freq', /^(sale|month|week)$/, { needed: true }],
  ['new_build', /^[01]$/],
  ['type', /^[a-z][a-z -]+$/, { needed: true }],
  ['town', /^.+$/u, { needed: true }],
  ['province', /^.+$/u, { needed: true }],
  ['country', /^.+$/u, { needed: true }],
  ['location', [['latitude', coordinate, { needed: true }], ['longitude', coordinate, { needed: true }]]],
  ['location_detail', /^.+$/u],
  ['beds', whole],
  ['baths', whole],
  ['pool', /^[01]$/],
  ['surface_area', [['built', positive], ['plot', positive]]],
  ['energy_rating', [['consumption', /^[A-GX]$/], ['emissions', /^[A-GX]$/]]],
  ['url', languages.map((language): Rule => [language, /^https?:\/\/\S+$/])],
  ['desc', languages.map((language): Rule => [language, /^[\s\S]+$/]), { needed: true }],
  ['features', [['feature', /^.+$/u, { needed: true, many: true }]]],
  ['images', [['image', [['url', /^https?:\/\/\S+$/, { needed: true }]], {
    needed: true,
    many: true,
    upTo: 50,
  }]]],
]
const root: Rule[] = [
  ['kyero', [['feed_version', /^3$/, { needed: true }], [
    'feed_generated',
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/,
  ]], { needed: true }],
  ['property', property, { many: true }],
]

/** Everything in a feed document that the format forbids. */
export function kyeroFaults(xml: string): string[] {
  const { root: element, faults } = readXml(xml)
  if (!element) return faults
  if (element.name !== 'root') return [`the root is ${element.name}`]
  const ids = childrenOf(element, 'property').map((one) => textAt(one, 'id'))
  if (new Set(ids).size !== ids.length) faults.push('an id occurs twice')
  for (const one of childrenOf(element, 'property')) {
    const numbers = one.children.filter(({ name }) => name === 'images').flatMap(({ children }) =>
      children.map(({ attributes }) => Number(attributes.id))
    )
    if (numbers.some((number, index) => number !== index + 1)) {
      faults.push(`${textAt(one, 'id')}: images are not numbered from 1`)
    }
  }
  // a line holds one tag: two opening ones on a line break the reader of the portal
  if (xml.split('\n').some((line) => /<\w[^>]*>.*<\w[^>]*>/.test(line))) {
    faults.push('two tags begin on one line')
  }
  return [...faults, ...faultsOf(element, root)]
}

export function kyeroProperties(xml: string): Element[] {
  return childrenOf(readXml(xml).root!, 'property')
}
