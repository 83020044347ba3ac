/** `str(None)`, a NaN, SQL's null, and what pandas writes for a time (`NaT`) or a value (`<NA>`) that is not there, as they reach us when a writer turned whole columns into text. */
const typedWords = new Set(['', 'nan', 'none', 'null', 'nat', '<na>'])

/**
 * In text columns only the spellings that Python, Java and Spark produce count: Qobrix has real values `none`
 * (heating), and `Null` is a surname.
 */
const textWords = new Set(['', 'nan', 'NaN', 'None', 'null', 'NULL', 'NaT', '<NA>'])

/** Whether the text stands for "no value" in a typed column. The text is given trimmed. */
export function isMissing(trimmed: string): boolean {
  return trimmed.length <= 4 && typedWords.has(trimmed.toLowerCase())
}

/** Whether the text stands for "no value" in a text column. The text is given trimmed. */
export function isMissingText(trimmed: string): boolean {
  return trimmed.length <= 4 && textWords.has(trimmed)
}
