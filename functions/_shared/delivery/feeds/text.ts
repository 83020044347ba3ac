/** Characters that XML 1.0 forbids, lone surrogates included: one of them makes the whole file unreadable. */
const forbidden =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** A text that XML can hold, without blanks around it; '' for anything that is no text. */
export function cleanText(value: unknown): string {
  return typeof value === 'string' ? value.replace(forbidden, '').trim() : ''
}

/** Content that is no text, and comments. */
const noText = /<(script|style|template|noscript)\b[^]*?(<\/\1\s*>|$)|<!--[^]*?(-->|$)/gi
/** Where a reader sees a new line. */
const lineEnds = /<br\b[^<>]*>\s?|<\/(p|div|li|tr|h[1-6]|ul|ol|table|section|article|blockquote)\s*>/gi
const tags = /<[/!]?[a-z][^<>]*>/gi
const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
}

/**
 * A text as its reader sees it, from one that may hold markup: sources paste HTML, and the formats allow none of it. What
 * was encoded is decoded, and markup that comes to light by that is taken off too.
 */
export function plainText(value: unknown): string {
  const text = cleanText(value)
  if (!/[<&]/.test(text)) return text
  const bare = withoutMarkup(text)
  const decoded = bare.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,5}));/gi,
    (all, decimal, hex, name) => {
      if (name !== undefined) return entities[name.toLowerCase()] ?? all
      const code = decimal === undefined ? parseInt(hex, 16) : Number(decimal)
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ''
    },
  )
  return cleanText(decoded === bare ? bare : withoutMarkup(decoded))
}

function withoutMarkup(text: string): string {
  if (!text.includes('<')) return text
  let bare = text
  for (let layer = 0; layer < 5; layer++) {
    const before = bare
    bare = bare.replace(noText, '').replace(lineEnds, '\n').replace(tags, '')
    if (bare === before) return bare === text ? text : tidy(bare)
  }
  return tidy(bare.replaceAll('<', '')) // tags in tags in tags: nobody writes that in good faith
}

function tidy(text: string): string {
  return text.replace(/[^\S\n]+\n/g, '\n').replace(/\n{3,}/g, '\n\n')
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

const simple = /^<\/?(b|strong|i|em|u|p|br|ul|ol|li)(?=[\s/>])[^<>]*>$/i

/** A text that keeps the simplest markup, without attributes, and loses all other: what a description in HTML may hold. */
export function simpleMarkup(text: unknown): string {
  return cleanText(text).replace(noText, '').replace(tags, (tag) => {
    const name = simple.exec(tag)?.[1]?.toLowerCase()
    if (name === undefined) return ''
    return name === 'br' ? '<br/>' : `<${tag.startsWith('</') ? '/' : ''}${name}>`
  }).trim()
}

/** A text for CDATA (the builder splits end marks), with line breaks as the portal's moderators want them. */
export function htmlText(text: string, max: number): string {
  return cut(text.replace(/\r\n?|\n/g, '<br/>'), max)
}
