import type { JobListing } from '../job.ts'
import { plainText } from './text.ts'

/** How a text of a source is read: what of its markup a format takes. */
export type ReadText = (text: unknown) => string

/** A text of a listing in a language: TITLE, SHORT or PUBLIC; '' where there is none. */
export function remark(
  { remarks }: JobListing,
  type: string,
  language: string,
  read: ReadText = plainText,
): string {
  return read(remarks.find((remark) => remark.language === language && remark.type === type)?.text)
}

/** The English description: what was written as such, else the public remarks of the listing. */
export function englishText(listing: JobListing, read: ReadText = plainText): string {
  return remark(listing, 'PUBLIC', 'en', read) || read(listing.columns.public_remarks)
}
