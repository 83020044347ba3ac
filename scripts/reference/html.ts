/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | false | undefined | null | readonly Part[]

/**
 * HTML from a template: whatever is put in is escaped, unless it is HTML itself; lists are joined. Its name is not
 * `html`, or the formatter would lay out anew what is in it.
 *
 * @example markup`<p id="${id}">${paragraphs}</p>`
 */
export function markup(texts: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(texts.reduce((text, next, at) => text + render(parts[at - 1]) + next))
}

function render(part: Part): string {
  if (part === false || part === undefined || part === null) return ''
  if (part instanceof Html) return part.text
  if (typeof part === 'object') return part.map(render).join('')
  return String(part).replace(/[&<>"]/g, (character) => entities[character]!)
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
