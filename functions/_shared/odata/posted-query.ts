import { readText } from '../http/body.ts'

/** As long as a query that the parser reads. */
const maxBytes = 131_072

/**
 * The query of `POST .../$query` (Protocol 11.2.9): what would stand behind the question mark, for addresses that would be
 * too long.
 *
 * @throws HubError as readText() does
 */
export async function postedQuery(request: Request): Promise<string> {
  const { text } = await readText(request, {
    maxBytes,
    mediaTypes: ['text/plain', 'application/x-www-form-urlencoded'],
  })
  // A plain text need not be encoded; what is, stays as it is.
  return text.trim().replace(/^\?/, '').replace(/[\r\n]+/g, ' ')
}
