/** Listings like one: of its type and offer, near it, with a price and size of the same order. */
import { withHubErrors } from '../odata/hub-errors.ts'
import { boxesAround, inCells } from '../odata/sql/cells.ts'
import { read } from '../odata/sql/read.ts'
import { memberColumns } from '../odata/sql/selection.ts'
import type { SearchCaller } from './caller.ts'
import { listingText } from './answer-text.ts'
import { collectionOf } from './collection.ts'
import { searchInput } from './input.ts'
import { readerOf } from './page.ts'
import { build, planSearch } from './query.ts'
import { unknownListing } from './timeline.ts'

/** Metres within which one looks, the next where the one before gives too little. */
const radii = [3_000, 15_000, 60_000]

/** @throws HubError `not_found` for a listing that the caller does not see */
export function similarListings(
  caller: SearchCaller,
  key: string,
  { limit, select }: { limit: number; select?: string[] },
): Promise<{ text: string; records: number }> {
  return withHubErrors(async () => {
    const collection = collectionOf(caller)
    const query = planSearch(collection, searchInput.parse({ select }))
    return await read(collection.reader, async (run) => {
      const { parameters, alias: a, rows } = build(query)
      const [own] = await run({
        text:
          `select ${a}.record_id, ${a}."PropertyType", ${a}."ListPrice", ${a}."BedroomsTotal", ${a}."LivingArea",
          ${a}."Latitude", ${a}."Longitude", ${a}."City", ${a}."ListPriceCurrencyCode" ${rows} and ${a}."ListingKey" = ${
            parameters.add(key, 'text')
          }`,
        values: parameters.values,
      })
      if (!own) throw unknownListing(key)
      for (const [n, metres] of radii.entries()) {
        const found = await run(candidates(own, metres))
        const isLast = n === radii.length - 1 || own[5] === null || own[6] === null
        if (found.length < limit && !isLast) continue
        const listings = found.map(readerOf(query, 0)).map((listing) => listingText(listing))
        return { text: `{"listings":[${listings.join(',\n')}]}`, records: listings.length }
      }
      return { text: '{"listings":[]}', records: 0 }
    })

    function candidates(own: (string | null)[], metres: number) {
      const { parameters, alias: a, rows } = build(query)
      const [id, type, price, bedrooms, area, latitude, longitude, city, currency] = own
      const conditions = [
        `${a}.record_id <> ${parameters.add(id, 'uuid')}`,
        `${a}."StandardStatus" = 'Active'`,
      ]
      const distances: string[] = []
      if (type) conditions.push(`${a}."PropertyType" = ${parameters.add(type, 'text')}`)
      if (latitude && longitude) {
        conditions.push(inCells(a, boxesAround(Number(latitude), Number(longitude), metres)))
      } else if (city) conditions.push(`${a}."City" = ${parameters.add(city, 'text')}`)
      if (price && currency) {
        conditions.push(`${a}."ListPriceCurrencyCode" = ${parameters.add(currency, 'text')}`)
      }
      // without a price beside one with a price there is no saying how far they are apart
      if (price) {
        const own = parameters.add(price, 'bigint')
        conditions.push(`${a}."ListPrice" between ${own} / 2 and ${own} * 2`)
        distances.push(`2 * abs(ln(greatest(${a}."ListPrice", 1)::float8 / greatest(${own}, 1)))`)
      }
      if (bedrooms) {
        distances.push(
          `coalesce(abs(${a}."BedroomsTotal" - ${parameters.add(bedrooms, 'integer')}), 2) / 4.0`,
        )
      }
      if (area) {
        distances.push(
          `coalesce(abs(ln(greatest(${a}."LivingArea", 1)::float8 / greatest(${
            parameters.add(area, 'bigint')
          }, 1))), 1)`,
        )
      }
      const columns = [
        `${a}.record_id`,
        `${a}.seq`,
        'null',
        `${a}.stamp`,
        `${a}."ListingKey"`,
        `${a}."Latitude"`,
        `${a}."Longitude"`,
        collection.hasPhotos ? `${a}.photos` : 'null',
        ...memberColumns(a, collection.type, query.selection, collection.model.profile),
      ]
      return {
        text: `select ${columns.join(', ')} ${rows} and ${conditions.join(' and ')} order by ${
          distances.length > 0 ? `${distances.join(' + ')}, ` : ''
        }${a}.seq desc limit ${limit}`,
        values: parameters.values,
      }
    }
  })
}
