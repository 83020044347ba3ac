/** Answers of a hub as text: entities pass through as they came, never parsed, so no digit of a number is lost. */
import type { PageMarks } from '../marks/marks.ts'
import type { ListPage } from './merge.ts'

/** What stands before the entities of a page. */
export interface PageHead {
  '@odata.context'?: string
  '@odata.count'?: number | string
  '@mls.changesAfter'?: Record<string, unknown>
  '@mls.marks': PageMarks
}

export interface HubPage extends ListPage {
  head: PageHead
}

const beforeRows = '"value":['

/** Takes a page with marks apart: the lengths of its entities are among them. */
export function pageIn(text: string): HubPage {
  // a quote within a text has a backslash before it, so these characters are the member and no text
  const start = text.indexOf(beforeRows) + beforeRows.length
  const head = JSON.parse(`${text.slice(0, start)}]}`) as PageHead
  const { rows, end } = cut(text, start, head['@mls.marks'].rows)
  return { head, rows, hasMore: text.slice(end).includes('"@odata.nextLink"') }
}

/** Rows of the lengths that their marks tell, from `start` on; `end` is behind the last. */
export function cut(
  text: string,
  start: number,
  marks: PageMarks['rows'],
): { rows: ListPage['rows']; end: number } {
  let at = start
  const rows = marks.map((mark, index) => {
    if (index > 0) at += ',\n'.length
    const [, , length] = mark
    const row = { mark, text: text.slice(at, at + length) }
    at += length
    return row
  })
  if (text[at] !== ']') throw new Error('The marks of a page do not fit its rows.')
  return { rows, end: at }
}

/** An answer of one hub with the address of the router where the hub's own stands: in its context. */
export function withRoot(text: string, root: string): string {
  return text.replace(
    /^\{"@odata\.context":"[^"]*?\/\$metadata/,
    () => `{"@odata.context":${JSON.stringify(root).slice(0, -1)}/$metadata`,
  )
}

/** The `$skiptoken` of an answer's nextLink, and the answer with another link in its place. */
export function withLink(text: string, linkTo: (skiptoken: string) => string): string {
  const member = '"@odata.nextLink":'
  const at = text.lastIndexOf(member)
  if (at < 0 || !text.endsWith('"}')) return text
  const link: unknown = JSON.parse(text.slice(at + member.length, -1))
  const skiptoken = new URL(String(link)).searchParams.get('$skiptoken')
  return skiptoken === null ? text : `${text.slice(0, at)}${member}${JSON.stringify(linkTo(skiptoken))}}`
}
