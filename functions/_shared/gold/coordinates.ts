import type { RecordBuilder } from './record-builder.ts'

const latitude = 'Latitude'
const longitude = 'Longitude'

/**
 * Latitude and longitude are applied together or not at all: half a pair would move the listing to a place that
 * nobody meant. With both named, both become null; with one left out, so is the other, since an absent field must
 * not clear what is stored. 0,0 lies in the Gulf of Guinea and stands for "unknown".
 */
export function pairCoordinates(builder: RecordBuilder): void {
  const { record } = builder
  const named = [latitude, longitude].filter((name) => Object.hasOwn(record, name))
  const usable = named.filter((name) => record[name] !== null)
  if (usable.length === 0) return
  if (usable.length === 1) {
    const [only] = usable as [string]
    builder.keep(only, record[only])
    if (named.length === 1) delete record[only]
    else record[only] = null
    const other = only === latitude ? longitude : latitude
    builder.note(only, 'incomplete_pair', `There is no usable ${other}, so neither is applied. Send both.`)
  } else if (record[latitude] === 0 && record[longitude] === 0) {
    for (const name of usable) record[name] = null
    builder.note(latitude, 'no_place', '0,0 is taken for "unknown". Send null for both.')
  }
}
