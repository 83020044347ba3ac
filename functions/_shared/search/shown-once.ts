/**
 * Of the rows that match, those before which no other of their group comes. The inner row bears the name of the outer
 * one, so that the same conditions fit.
 */
export function shownOnce(alias: string, from: string, conditions: string): string {
  return `not exists (
    select from mls.listing_groups own
    where own.record_id = ${alias}.record_id and exists (
      select ${from} join mls.listing_groups other on other.record_id = ${alias}.record_id
      where other.group_id = own.group_id and other.place < own.place and ${conditions}))`
}
