/** How the listings are made up. */
export interface MockSettings {
  listings: number
  seed?: string | number
  changes_per_hour?: number
  /** Where sixty pictures are, 0.png to 59.png. */
  photos?: string
}
