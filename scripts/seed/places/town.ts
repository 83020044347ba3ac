/** A town as the sources spell it, with what its market knows about it. */
export interface Town {
  /** The usual spelling first; the others are variants of the kind found in CRM data. */
  spellings: string[]
  /** District, county or region, as the source writes it. */
  state: string
  latitude: number
  longitude: number
  postcode: string
  /** Price level against the market's average. */
  level: number
  /** How often it occurs. */
  weight: number
  /** Sea or lake within reach. */
  waterside: boolean
  streets: string[]
}

/** Reads a table with a column per member of `Town`, in their order; lists are separated by semicolons. */
export function readTowns(table: string): Town[] {
  return table.trim().split('\n').map((row) => {
    const [spellings, state, latitude, longitude, postcode, level, weight, waterside, streets] = row
      .split('|')
      .map((cell) => cell.trim())
    return {
      spellings: spellings!.split(';').map((name) => name.trim()),
      state: state!,
      latitude: Number(latitude),
      longitude: Number(longitude),
      postcode: postcode!,
      level: Number(level),
      weight: Number(weight),
      waterside: waterside === 'yes',
      streets: streets!.split(';').map((name) => name.trim()),
    }
  })
}
