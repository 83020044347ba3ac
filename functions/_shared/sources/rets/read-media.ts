import { SourceFailure, toSourceFailure } from '../failure.ts'
import { type ObjectPart, readObjects, TruncatedAnswer } from './multipart.ts'
import type { RetsSession } from './session.ts'
import type { RetsWork } from './settings.ts'

/** All pictures of a listing. */
export interface RetsMedia {
  key: string
  pictures: { object: string; url: string; description?: string; isPreferred: boolean }[]
}

export interface MediaReading {
  media: RetsMedia[]
  errors: { key?: string; code: string; message: string }[]
}

const keysPerCall = 25
/** Where the pictures themselves are in the answer. */
const keysPerCallInside = 3

/**
 * Pictures of some listings. A call that fails is said and takes no listing with it: their pictures stay as they are.
 */
export async function readMedia(session: RetsSession, work: RetsWork, keys: string[]): Promise<MediaReading> {
  const reading: MediaReading = { media: [], errors: [] }
  const { property, media } = work.source.settings
  const isInside = media!.location === 0
  const size = isInside ? keysPerCallInside : keysPerCall
  const addressOf = (key: string, object: string) =>
    session.addressOf('getobject', {
      Resource: property.resource,
      Type: media!.type,
      ID: `${key}:${object}`,
      Location: 0,
    })
  for (let at = 0; at < keys.length; at += size) {
    const some = keys.slice(at, at + size)
    try {
      collect(reading, some, await objectsOf(session, work, some), isInside ? addressOf : undefined)
    } catch (error) {
      const failure = error instanceof TruncatedAnswer
        ? new SourceFailure('invalid_answer', 'retry', `GetObject: ${error.message}`)
        : toSourceFailure(error)
      if (failure.fate !== 'retry' && failure.fate !== 'failed') throw failure
      reading.errors.push({ key: some[0], code: failure.code, message: failure.message })
    }
  }
  return reading
}

/** An answer that was cut off is asked for once more. */
async function objectsOf(
  session: RetsSession,
  { source: { settings } }: RetsWork,
  keys: string[],
): Promise<ObjectPart[]> {
  const { type, location } = settings.media!
  for (let isSecond = false;; isSecond = true) {
    const answer = await session.askForBytes('getobject', {
      Resource: settings.property.resource,
      Type: type,
      ID: keys.map((key) => `${key}:*`).join(','),
      Location: location,
    })
    try {
      return readObjects(answer.bytes, answer.headers)
    } catch (error) {
      if (isSecond) throw error
    }
  }
}

/** 20403 says that there is none, which is an answer too; any other code leaves the listing's pictures in doubt. */
function collect(
  reading: MediaReading,
  keys: string[],
  parts: ObjectPart[],
  addressOf?: (key: string, object: string) => string,
): void {
  const only = keys.length === 1 ? keys[0]! : ''
  const doubted = new Set<string>()
  for (const part of parts) {
    if (part.code === 0 || part.code === 20403) continue
    for (const key of part.key ? [part.key] : keys) {
      doubted.add(key)
      reading.errors.push({
        key,
        code: 'refused',
        message: `GetObject: ${part.code} ${part.text}`.slice(0, 300),
      })
    }
  }
  for (const key of keys) {
    if (doubted.has(key)) continue
    const own = parts.filter((part) => (part.key || only) === key)
    // a listing that the answer does not mention at all is in doubt too
    if (own.length === 0 && !parts.some((part) => part.code === 20403 && part.key === '')) continue
    const pictures = own.filter((part) => part.code === 0).flatMap((part) => {
      const url = part.location ?? (part.bytes > 0 ? addressOf?.(key, part.object) : undefined)
      return url === undefined ? [] : [{
        object: part.object,
        url,
        isPreferred: part.isPreferred,
        ...(part.description && { description: part.description }),
      }]
    })
    reading.media.push({ key, pictures })
  }
}
