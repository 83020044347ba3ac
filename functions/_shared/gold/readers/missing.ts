/** `str(None)`, a NaN and SQL's null, as they reach us when a writer turned whole columns into text. */
const typedWords = new Set(['', 'nan', 'none', 'null'])

/**
 * In text columns only the spellings that Python, Java and Spark produce count: Qobrix has real values `none`
 * (heating), and `Null` is a surname.
 */
const textWords = new Set(['', 'nan', 'NaN', 'None', 'null', 'NULL'])

/** Whether the text stands for "no value" in a typed column. The text is given trimmed. */
export function isMissing(trimmed: string): boolean {
  return trimmed.length <= 4 && typedWords.has(trimmed.toLowerCase())
}

/** Whether the text stands for "no value" in a text column. The text is given trimmed. */
export function isMissingText(trimmed: string): boolean {
  return trimmed.length <= 4 && textWords.has(trimmed)
}
