import type { Home } from '../home.ts'
import type { Random } from '../prng.ts'
import { BY_THE_SEA, ENGLISH } from './english.ts'
import { GREEK } from './greek.ts'
import { HUNGARIAN } from './hungarian.ts'
import { KAZAKH } from './kazakh.ts'
import { RUSSIAN } from './russian.ts'

interface Language {
  weight: number
  phrases: { opening: string[]; body: string[]; closing: string[] }
  size(metres: number): string
  rooms(bedrooms: number): string
}

const english: Language = {
  weight: 80,
  phrases: ENGLISH,
  size: (metres) => `${metres} square metres`,
  rooms: (bedrooms) => bedrooms === 1 ? 'one bedroom' : `${bedrooms} bedrooms`,
}
const coastal: Language = {
  ...english,
  phrases: { ...ENGLISH, body: [...ENGLISH.body, ...BY_THE_SEA] },
}
const greek: Language = {
  weight: 10,
  phrases: GREEK,
  size: (metres) => `${metres} τ.μ.`,
  rooms: (bedrooms) => `${bedrooms} υπνοδωμάτια`,
}
const hungarian: Language = {
  weight: 70,
  phrases: HUNGARIAN,
  size: (metres) => `${metres} négyzetméter`,
  rooms: (bedrooms) => `${bedrooms} hálószoba`,
}
const russian: Language = {
  weight: 60,
  phrases: RUSSIAN,
  size: (metres) => `${metres} кв. м`,
  rooms: (bedrooms) => `спален — ${bedrooms}`,
}
const kazakh: Language = {
  weight: 20,
  phrases: KAZAKH,
  size: (metres) => `${metres} шаршы метр`,
  rooms: (bedrooms) => `${bedrooms} жатын бөлме`,
}

const SPOKEN: Record<Home['market']['code'], Language[]> = {
  CY: [coastal, greek, { ...russian, weight: 10 }],
  HU: [hungarian, { ...english, weight: 30 }],
  KZ: [russian, kazakh, { ...english, weight: 20 }],
}

/** What an agency's guide asks for; longer texts are made to fit, the short ones are as brokers write them. */
export const GUIDE_WORDS = { least: 130, most: 190 }

/** The sales text. Somewhat more than half of those in English keep to the guide's length. */
export function publicRemarks(home: Home): string {
  const random = home.random('remarks')
  const { phrases, size, rooms } = random.weighted(SPOKEN[home.market.code])
  const metres = home.living ?? home.plot ?? 0
  const fill = (sentence: string) =>
    sentence
      .replace('{city}', home.city.trim())
      .replace('{size}', size(metres))
      .replace('{rooms}', rooms(home.bedrooms ?? 1))

  const long = random.chance(0.65)
  const wanted = long ? random.int(GUIDE_WORDS.least, GUIDE_WORDS.most - 45) : random.int(15, 60)
  const sentences = [random.pick(phrases.opening)]
  for (const sentence of random.sample(phrases.body, phrases.body.length)) {
    if (countWords(sentences.join(' ')) >= wanted) break
    sentences.push(sentence)
  }
  sentences.push(random.pick(phrases.closing))
  return flourish(sentences.map(fill), random)
}

/** A line of at most 150 characters for lists and portals. */
export function shortDescription(home: Home): string {
  const random = home.random('short')
  const { phrases } = random.weighted(SPOKEN[home.market.code])
  return random.pick(phrases.opening).replace('{city}', home.city.trim()).slice(0, 150)
}

export function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => word !== '').length
}

/** What makes trouble downstream: line breaks, quotes, LIKE's wildcards, markup, emoji, a CDATA end mark. */
function flourish(sentences: string[], random: Random): string {
  const text = sentences.join(random.chance(0.2) ? '\n' : ' ')
  return random.weighted<{ weight: number; apply(text: string): string }>([
    { weight: 70, apply: (plain) => plain },
    { weight: 6, apply: (plain) => `${plain}\r\n\r\n100% sea view, ref_no "A_12" & 'as is'.` },
    { weight: 6, apply: (plain) => `🏖️ ${plain} 🌅` },
    { weight: 5, apply: (plain) => `“${plain}”` },
    { weight: 4, apply: (plain) => `<p>${plain}</p>&nbsp;` },
    { weight: 3, apply: (plain) => `${plain} ]]> see the brochure` },
    { weight: 3, apply: (plain) => plain.replace(' ', ' \u000b') },
    { weight: 3, apply: (plain) => `  ${plain}\t\\o/  ` },
  ]).apply(text)
}
