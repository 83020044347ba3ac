/** When a run must come to its end: hosted functions have 2 s of CPU and 150 s of silence per request. */
export interface Budget {
  /** Items that may still be begun. */
  take(): boolean
  /** Whether nothing new should be begun. */
  spent(): boolean
}

/** A budget of so many items within so many milliseconds of wall time. */
export function budgetOf(items: number, milliseconds: number): Budget {
  const until = performance.now() + milliseconds
  let left = items
  const spent = () => left <= 0 || performance.now() >= until
  return {
    spent,
    take: () => {
      if (spent()) return false
      left--
      return true
    },
  }
}
