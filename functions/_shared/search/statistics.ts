import { withHubErrors } from '../odata/hub-errors.ts'
import { readRows } from '../odata/sql/read.ts'
import type { SearchCaller } from './caller.ts'
import { collectionOf } from './collection.ts'
import type { SearchInput } from './input.ts'
import { build, planSearch } from './query.ts'
import { searchListings } from './search-listings.ts'

interface Prices {
  currency: string | null
  count: number
  min: number
  lower_quartile: number
  median: number
  upper_quartile: number
  max: number
  /** Of those with an area: price of a square metre, in the middle. */
  median_per_square_metre: number | null
}

/** Count, facets and prices of what matches. Money of several currencies is never added up. */
export async function marketStatistics(caller: SearchCaller, input: SearchInput) {
  const { text } = await searchListings(caller, { ...input, limit: 0, include: ['count', 'facets'] })
  const { count, facets, approximate } = JSON.parse(text)
  const prices = await withHubErrors(async (): Promise<Prices[]> => {
    const collection = collectionOf(caller)
    const { parameters, alias: a, rows } = build(planSearch(collection, input))
    const price = `(${a}."ListPrice" / 100.0)::float8`
    const found = await readRows(collection.reader, {
      text: `select ${a}."ListPriceCurrencyCode", count(*), min(${price}),
          to_json(percentile_cont(array[0.25, 0.5, 0.75]) within group (order by ${price})), max(${price}),
          percentile_cont(0.5) within group (order by ${price} / (${a}."LivingArea" / 100.0)::float8) filter (where ${a}."LivingArea" > 0)
        ${rows} and ${a}."ListPrice" > 0 group by 1 order by 2 desc, 1`,
      values: parameters.values,
    })
    return found.map(([currency, count, min, quartiles, max, perMetre]) => {
      const [lower_quartile, median, upper_quartile] = JSON.parse(quartiles!)
      return {
        currency: currency!,
        count: Number(count),
        min: Number(min),
        lower_quartile,
        median,
        upper_quartile,
        max: Number(max),
        median_per_square_metre: perMetre === null ? null : Math.round(Number(perMetre)),
      }
    })
  })
  return { count, prices, facets, ...(approximate && { approximate }) }
}
