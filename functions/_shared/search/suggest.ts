/** What somebody who types may mean: places in any script, then streets, references and keys of listings. */
import type { TextRow } from '../db/pipeline.ts'
import { withHubErrors } from '../odata/hub-errors.ts'
import { read } from '../odata/sql/read.ts'
import type { SearchCaller } from './caller.ts'
import { collectionOf } from './collection.ts'
import { searchInput } from './input.ts'
import { build, planSearch } from './query.ts'

export interface Suggestion {
  type: string
  text: string
  /** The spelling that was found, where it is another. */
  matched?: string
  region?: string
  country?: string
  location?: [number, number]
  licence?: string
  /** Key of the listing. */
  key?: string
}

/** One letter alone is in every listing. */
const leastForListings = 2
/** A reference has digits; of shorter words too many listings have one that begins so. */
const leastOfReference = 3
const listingsRead = 60

export function suggest(caller: SearchCaller, q: string, limit: number): Promise<Suggestion[]> {
  return withHubErrors(async () => {
    const collection = collectionOf(caller)
    const letters = [...q].filter((letter) => /[\p{L}\p{N}]/u.test(letter)).length
    if (letters === 0) return []
    // what a website shows is little, and its words are read at once; of all that is served, references and keys are sought
    const isWebsite = caller.kind === 'website'
    const sought = isWebsite
      ? letters < leastForListings ? '' : q
      : words(q).filter((word) => /\p{N}/u.test(word) && word.length >= leastOfReference).join(' ')
    return await read(collection.reader, async (run) => {
      const [places, names, rows] = await Promise.all([
        run({
          text:
            'select kind, name, matched, country, region, latitude, longitude, licence from mls.suggest_places($1, $2)',
          values: [q, limit],
        }),
        letters < leastForListings || isWebsite ? [] : run({
          text: 'select kind, name, region from mls.suggest_names($1, $2)',
          values: [q, limit],
        }),
        sought === '' ? [] : run(listingStatement(sought)),
      ])
      const suggestions = [...places.map(placeOf), ...names.map(nameOf), ...ofListings(rows, q, isWebsite)]
      return distinct(suggestions).slice(0, limit)
    })

    function listingStatement(q: string) {
      const query = planSearch(collection, searchInput.parse({ q }))
      const { parameters, alias: a, rows } = build(query)
      return {
        text: `select ${a}."ListingKey", ${a}."ListingId", ${a}."UnparsedAddress", ${a}."City" ${rows}
          order by ${a}.seq desc limit ${listingsRead}`,
        values: parameters.values,
      }
    }
  })
}

function placeOf([kind, name, matched, country, region, latitude, longitude, licence]: TextRow): Suggestion {
  return {
    type: kind!,
    text: name!,
    ...(matched !== name && { matched: matched! }),
    ...(region && { region }),
    ...(country && { country }),
    location: [Number(longitude), Number(latitude)],
    licence: licence!,
  }
}

const nameOf = ([kind, name, region]: TextRow): Suggestion => ({
  type: kind!,
  text: name!,
  ...(region && { region }),
})

/** Which of a listing's texts it was that matched; the words of its description suggest nothing. */
function ofListings(rows: TextRow[], q: string, withNames: boolean): Suggestion[] {
  const typed = words(q)
  const begins = (text: string | null) => {
    const own = words(text ?? '')
    return own.length > 0 && typed.every((word) => own.some((each) => each.startsWith(word)))
  }
  return rows.flatMap(([key, ref, street, city]) => [
    ...withNames && begins(city!) ? [{ type: 'city', text: city! }] : [],
    ...withNames && begins(street!) ? [{ type: 'street', text: street!, ...(city && { region: city }) }] : [],
    ...begins(ref!) ? [{ type: 'ref', text: ref!, key: key! }] : [],
    ...begins(key!) ? [{ type: 'key', text: key!, key: key! }] : [],
  ])
}

/** As mls.search_text() sees words. */
export function words(text: string): string[] {
  return text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ς', 'σ').split(
    /[^\p{L}\p{N}]+/u,
  )
    .filter((word) => word !== '')
}

const order = ['city', 'neighbourhood', 'school', 'street', 'ref', 'key']

/** Each once, and first those of which there are few: a city before the streets in it. */
function distinct(suggestions: Suggestion[]): Suggestion[] {
  const seen = new Set<string>()
  return suggestions.filter(({ type, text }) => {
    const name = `${type} ${words(text).join(' ')}`
    return seen.has(name) ? false : seen.add(name)
  }).toSorted((a, b) => order.indexOf(a.type) - order.indexOf(b.type))
}
