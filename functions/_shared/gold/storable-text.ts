/**
 * Removes what Postgres cannot keep in text or jsonb: NUL, and halves of surrogate pairs, which are no characters.
 * Other control characters stay; feeds strip them where their format demands it.
 * The two native tests are some ten times as fast as the expression, and nearly every text passes them.
 */
export function storableText(text: string): string {
  if (!text.includes('\0') && text.isWellFormed()) return text
  return text.replace(/[\0\p{Surrogate}]/gu, '')
}
