import { z } from 'zod'

/**
 * The part of a list's query that says which page is wanted: `limit` rows before (lists that fall) or after the row that
 * `next` of the page before names (mls.list_page).
 */
export const listPage = {
  limit: z.coerce.number().int().min(1).max(500).optional(),
  /** `next` where rows are told apart by a number. */
  id: z.string().regex(/^[0-9]{1,18}$/, 'is the next of a page').optional(),
  /** `next` where a row has a time and an id. A plus sign that was not encoded arrives as a blank. */
  timeAndId: z.string().transform((given) => given.replace(' ', '+')).pipe(
    z.string().regex(
      /^\d{4}-\d\d-\d\dT[\d:.]{8,15}(Z|[+-]\d\d:\d\d)\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
      'is the next of a page',
    ),
  ).optional(),
  /** `next` where a row has a name and an id. */
  nameAndId: z.string().max(320).regex(
    /^[^/]+\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    'is the next of a page',
  ).optional(),
}
