/** The link in each mail of a saved search that ends them: one click, nobody signs in (RFC 8058). */
import { Buffer } from 'node:buffer'
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Context } from 'hono'
import { servicePool } from '../db/pool.ts'
import { HubError } from '../http/errors.ts'
import { skiptokenKey } from '../odata/sql/skiptoken-key.ts'
import { textsOf } from './mail-texts.ts'

/** Names a search and proves that the hub named it. It ends mails and opens nothing. */
export async function unsubscribeToken(searchId: string): Promise<string> {
  return `${searchId}.${await signature(searchId)}`
}

async function signature(searchId: string): Promise<string> {
  return createHmac('sha256', await skiptokenKey()).update(JSON.stringify(['unsubscribe', searchId]))
    .digest('base64url')
}

/** @throws HubError `not_found` for a token that is not ours */
async function searchOf(token: string): Promise<{ id: string; language: string }> {
  const [id = '', given = ''] = token.split('.')
  const [ours, theirs] = [Buffer.from(await signature(id)), Buffer.from(given)]
  if (ours.length !== theirs.length || !timingSafeEqual(ours, theirs)) {
    throw new HubError('not_found', 'This link is not whole: copy all of it from the mail.')
  }
  const { rows: [row] } = await servicePool().query<{ language: string }>(
    'select language from public.mls_saved_searches where id = $1',
    [id],
  )
  // a search that is gone sends nothing: whoever asks for that has it
  return { id, language: row?.language ?? 'en' }
}

/** Asks, for programs that look at links before people do must not end anything. */
export async function askUnsubscribe(c: Context): Promise<Response> {
  const { language } = await searchOf(c.req.param('token') ?? '')
  const { stopButton } = textsOf(language)
  return page(language, `<form method="post"><button>${stopButton}</button></form>`)
}

export async function unsubscribe(c: Context): Promise<Response> {
  const { id, language } = await searchOf(c.req.param('token') ?? '')
  await servicePool().query('select mls.stop_search_mails($1)', [id])
  return page(language, `<p>${textsOf(language).stopped}</p>`)
}

/** A page of texts of our own: nothing that anybody wrote is in it. */
function page(language: string, body: string): Response {
  const html =
    `<!doctype html><html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>MLS hub</title><body>${body}</body></html>`
  return new Response(html, {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
      'X-Robots-Tag': 'noindex',
    },
  })
}
