import type { JobListing } from '../job.ts'

/**
 * Addresses of the photos only: floor plans and documents are images too, and are none of the public's business. Blanks and
 * other characters that no address may hold are encoded.
 */
export function photosOf({ media }: JobListing): string[] {
  return media
    .filter(({ category, source_category }) =>
      category === 'image' && !/document|floor/i.test(source_category ?? '')
    )
    .flatMap(({ url }) => URL.canParse(url) ? [new URL(url).href] : [])
}

/** The same with the main photo first, as portals want them that show the first. */
export function mainPhotoFirst({ media, ...listing }: JobListing): string[] {
  const main = media.findIndex(({ is_primary }) => is_primary)
  return photosOf({
    ...listing,
    media: main > 0 ? [media[main]!, ...media.slice(0, main), ...media.slice(main + 1)] : media,
  })
}
