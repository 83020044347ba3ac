import { correctedFields } from './map/corrections.ts'
import { isEmpty } from './map/values.ts'

/** Counts that gold loses: its cast does not read `2.0`, and pandas writes 2 so where a batch has gaps. */
const lostCounts = ['X_LivingRooms', 'X_Kitchens', 'X_OfficeSpaces', 'X_VerandasCount', 'X_CustomerParking']

/**
 * What the way through Databricks did to a value that the source has otherwise. Listed before a market moves over; what
 * is listed changes, and nothing else does.
 */
export function whyChanged(
  field: string,
  was: unknown,
  now: unknown,
  version: number,
): 'artefact' | 'correction' | undefined {
  const [before, after] = [isEmpty(was) ? null : was, isEmpty(now) ? null : now]
  if (lostCounts.includes(field) && before === null && after !== null) return 'artefact'
  if (
    field === 'ParkingFeatures' &&
    words(before).some((word) => /^(nan|0(\.0)?|none|\d+\.0)$/i.test(word) || !words(after).includes(word))
  ) {
    const cleaned = words(before).filter((word) => !/^(nan|none)$/i.test(word)).map((word) =>
      word.replace(/^(\d+)\.0$/, '$1')
    )
    const kept = words(after)
    if (kept.every((word) => cleaned.includes(word))) return 'artefact'
  }
  if (
    field === 'PropertyCondition' &&
    words(after).filter((word) => word !== 'Updated/Remodeled').join() === words(before).join()
  ) {
    return 'artefact'
  }
  if (typeof before === 'string' && /(^|,)\s*nan\s*(,|$)/i.test(before)) return 'artefact'
  return version >= 2 && field in correctedFields ? 'correction' : undefined
}

const words = (value: unknown) =>
  typeof value === 'string' ? value.split(',').map((word) => word.trim()).filter((word) => word !== '') : []
