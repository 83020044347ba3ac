import type { ODataTarget, Target } from './clients.ts'
import { type Line, median, milliseconds, ms, runs } from './harness.ts'

/**
 * Follows nextLink from the first page of the listings to the end, then asks for the first and the last full page in
 * turns.
 */
export async function walk(target: ODataTarget, rows: number, name: string, query: string): Promise<Line> {
  const first = `${target.service}/Property${query}`
  let seen = 0
  let last = first
  let pages = 0
  const time = await milliseconds(async () => {
    for (let url: string | undefined = first; url; pages++) {
      const { value, '@odata.nextLink': next } = JSON.parse(await read(target, url))
      // of those that lead on: the very last also looks whether there is more
      if (next) last = url
      seen += value.length
      url = next?.replace(/^.*\/odata\//, `${target.service}/`)
    }
  })
  if (seen !== visible(rows)) throw new Error(`The walk found ${seen} of ${visible(rows)} rows.`)

  const times = { first: [] as number[], last: [] as number[] }
  for (let run = 0; run <= runs * 3; run++) {
    const [one, other] = [
      await milliseconds(() => read(target, first)),
      await milliseconds(() => read(target, last)),
    ]
    if (run === 0) continue
    times.first.push(one)
    times.last.push(other)
  }
  return {
    name: `last page of ${rows.toLocaleString('en')}, ${name}`,
    value: median(times.last) / median(times.first),
    unit: 'x',
    limit: { max: 1.3 },
    detail: `${ms(median(times.last))}, the first ${ms(median(times.first))}; ${pages} pages in ${
      (time / 1000).toFixed(1)
    } s, ${Math.round(seen / time * 1000)} rows/s`,
  }
}

const pageSize = 1000

/** One in a hundred belongs to other offices (fill.ts). */
const visible = (rows: number) => rows - Math.floor(rows / 100)

async function read({ bearer }: Target, url: string): Promise<string> {
  const response = await fetch(url, {
    headers: {
      Authorization: `Bearer ${bearer}`,
      'Accept-Encoding': 'identity',
      Prefer: `odata.maxpagesize=${pageSize}`,
    },
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text.slice(0, 300)}`)
  return text
}
