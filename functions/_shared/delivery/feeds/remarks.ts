import type { JobListing } from '../job.ts'
import { cleanText } from './text.ts'

/** A text of a listing in a language: TITLE, SHORT or PUBLIC; '' where there is none. */
export function remark({ remarks }: JobListing, type: string, language: string): string {
  return cleanText(remarks.find((remark) => remark.language === language && remark.type === type)?.text)
}

/** The English description: what was written as such, else the public remarks of the listing. */
export function englishText(listing: JobListing): string {
  return remark(listing, 'PUBLIC', 'en') || cleanText(listing.columns.public_remarks)
}
