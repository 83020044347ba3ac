/** A grade of an energy certificate, A to G; undefined for anything else. */
export function energyGrade(value: unknown): string | undefined {
  return /^\s*([A-G])\s*[+-]*\s*$/i.exec(String(value ?? ''))?.[1]?.toUpperCase()
}
