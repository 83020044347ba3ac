/** Characters that XML 1.0 forbids, lone surrogates included: one of them makes the whole file unreadable. */
const forbidden =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** A text that XML can hold, without blanks around it; '' for anything that is no text. */
export function cleanText(value: unknown): string {
  return typeof value === 'string' ? value.replace(forbidden, '').trim() : ''
}

/** At most so many characters, counted as people do: a cut never leaves half of one. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text
  return [...text].slice(0, max).join('').trimEnd()
}

/** A text on one line. */
export function oneLine(text: string): string {
  return text.replace(/\s*[\r\n\u2028\u2029]+\s*/g, ' ')
}

/** A name: a text that XML can hold, on one line; '' for anything that is none. */
export function nameOf(value: unknown): string {
  return oneLine(cleanText(value))
}

/** A text for CDATA (the builder splits end marks), with line breaks as the portal's moderators want them. */
export function htmlText(text: string, max: number): string {
  return cut(text.replace(/\r\n?|\n/g, '<br/>'), max)
}
