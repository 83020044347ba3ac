import { t } from '../i18n/index.ts'

/** Letters that are written from right to left, and signs that change the direction of what follows. */
const turning = /[\u061C\u0590-\u08FF\u200E\u200F\u202A-\u202E\u2066-\u2069\uFB1D-\uFDFF\uFE70-\uFEFC]/
const directions = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g

/**
 * What somebody else wrote, to stand within a sentence of ours: its direction ends with it. Where it has an element of its
 * own, the class `foreign` does the same.
 */
export function isolated(text: string): string {
  return turning.test(text) ? `\u2068${text.replace(directions, '')}\u2069` : text
}

/** Parts of a line, as far as there are any, each in its own direction. */
export function line(parts: readonly (string | null | undefined | false)[]): string {
  return parts.filter((part): part is string => !!part).map(isolated).join(' · ')
}

/** What a listing is called: something to see and to press, also where its source wrote nothing that shows. */
export function titleOf({ ref, name }: { ref: string | null; name: string | null }): string {
  const title = [ref, name].filter((part): part is string => !!part && /[\p{L}\p{N}\p{P}\p{S}]/u.test(part))
  return title.map(isolated).join(' ') || t('common.listing')
}
