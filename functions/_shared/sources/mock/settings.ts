/** How the listings are made up. */
export interface MockSettings {
  listings: number
  seed?: string | number
  changes_per_hour?: number
}
