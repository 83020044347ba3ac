import type { Pool } from 'pg'
import { storableText } from '../_shared/gold/storable-text.ts'
import { HubError } from '../_shared/http/errors.ts'
import type { Operator } from '../_shared/oauth/operator.ts'
import { dropFile, finishFile, keepParts, maxFileBytes } from '../_shared/sources/file-store.ts'
import { FileFault } from '../_shared/sources/files/format.ts'
import { findProvider } from '../_shared/sources/providers.ts'

/** A file as body, its name in `X-File-Name`: kept in parts, and read by the FULL that it queues. */
export async function receiveFile(
  pool: Pool,
  request: Request,
  source: { id: string; provider: string; settings: { url?: string } },
  operator: Operator,
): Promise<{ file_id: string; sha256: string; duplicate: boolean }> {
  if (!findProvider(source.provider)?.takesFiles) {
    throw new HubError('unprocessable', `A source of provider ${source.provider} takes no files.`)
  }
  if (source.settings.url !== undefined) {
    throw new HubError(
      'unprocessable',
      'This source fetches its file from a url. Take the url away to send files.',
      { target: 'url' },
    )
  }
  const name = nameOf(request.headers.get('X-File-Name'))
  if (!request.body) throw new HubError('invalid_body', 'Send the file as the body of the request.')
  if (Number(request.headers.get('Content-Length')) > maxFileBytes) {
    throw new HubError(
      'payload_too_large',
      `A file may have ${maxFileBytes / 1024 / 1024} MiB, unpacked too.`,
    )
  }
  try {
    const file = await keepParts(pool, source.id, name, request.body)
    if (file.bytes === 0) {
      await dropFile(pool, file.id)
      throw new HubError(
        'invalid_body',
        'The file is empty. A market without listings is a file with its header alone.',
      )
    }
    return await finishFile(pool, file.id, { ...file, requested_by: operator.name })
  } catch (error) {
    if (error instanceof FileFault) throw new HubError('invalid_body', error.message)
    throw error
  }
}

/** The header is Latin-1 on the wire; other letters come percent-encoded. */
function nameOf(header: string | null): string {
  const text = header?.trim() || 'file'
  const last = (name: string) =>
    storableText(storableText(name).replace(/^.*[/\\]/s, '').slice(0, 255)).trim() || 'file'
  try {
    return last(decodeURIComponent(text))
  } catch {
    return last(text)
  }
}
