import { SourceFailure, toSourceFailure } from '../failure.ts'
import { type Brought, broughtPicture } from '../../media/brought-picture.ts'
import { MediaFault } from '../../media/fault.ts'
import { type ObjectPart, readObjects, TruncatedAnswer } from './multipart.ts'
import type { RetsSession } from './session.ts'
import type { RetsWork } from './settings.ts'

/** Pictures of a listing. */
export interface RetsMedia {
  key: string
  /** Whether these are all that it has. */
  isWhole: boolean
  pictures: {
    object: string
    url: string
    description?: string
    isPreferred: boolean
    /** What came with it, where pictures are inside the answers. */
    brought?: Brought
  }[]
}

export interface MediaReading {
  media: RetsMedia[]
  errors: { key?: string; code: string; message: string }[]
  /** Listings that were not asked about: the page holds enough. */
  left: string[]
}

const keysPerCall = 25
/** Where the pictures themselves are in the answer. */
const keysPerCallInside = 3
/** Of pictures that one page may hold: what a function has in memory is told in tens of megabytes. */
const bytesPerPage = 16 * 1024 * 1024
/** Of one listing, asked for one by one because together they are too large. */
const mostObjects = 100

/**
 * Pictures of some listings. A call that fails is said and takes no listing with it: their pictures stay as they are.
 */
export async function readMedia(session: RetsSession, work: RetsWork, keys: string[]): Promise<MediaReading> {
  const reading: MediaReading = { media: [], errors: [], left: [] }
  const size = work.source.settings.media!.location === 0 ? keysPerCallInside : keysPerCall
  let bytes = 0
  for (let at = 0; at < keys.length; at += size) {
    if (bytes >= bytesPerPage) {
      reading.left = keys.slice(at)
      break
    }
    const some = keys.slice(at, at + size)
    try {
      const parts = await objectsOf(session, work, some)
      bytes += parts.reduce((sum, { body }) => sum + body.length, 0)
      await collect(reading, session, work, some, parts)
    } catch (error) {
      const failure = error instanceof TruncatedAnswer
        ? new SourceFailure('invalid_answer', 'retry', `GetObject: ${error.message}`)
        : toSourceFailure(error)
      if (failure.fate !== 'retry' && failure.fate !== 'failed') throw failure
      for (const key of some) {
        reading.errors.push({ key, code: failure.code, message: failure.message })
      }
    }
  }
  return reading
}

/** All objects of these listings. What is too large for one answer is asked for in smaller pieces. */
async function objectsOf(session: RetsSession, work: RetsWork, keys: string[]): Promise<ObjectPart[]> {
  try {
    return await getObjects(session, work, keys.map((key) => `${key}:*`).join(','))
  } catch (error) {
    if (toSourceFailure(error).code !== 'answer_too_large') throw error
    const parts: ObjectPart[] = []
    if (keys.length > 1) {
      for (const key of keys) parts.push(...named(await objectsOf(session, work, [key]), key))
      return parts
    }
    for (let number = 1; number <= mostObjects; number++) {
      const some = await getObjects(session, work, `${keys[0]}:${number}`)
      if (some.every(({ code }) => code === 20403)) break
      parts.push(
        ...some.map((part) => ({ ...part, object: part.object === '*' ? `${number}` : part.object })),
      )
    }
    return named(parts, keys[0]!)
  }
}

/** An answer about one listing need not say about which. */
const named = (parts: ObjectPart[], key: string) => parts.map((part) => ({ ...part, key: part.key || key }))

/** One transaction; an answer that was cut off is asked for once more. */
async function getObjects(session: RetsSession, work: RetsWork, ids: string): Promise<ObjectPart[]> {
  for (let isSecond = false;; isSecond = true) {
    const answer = await session.askForBytes('getobject', parametersOf(work, ids))
    try {
      return readObjects(answer.bytes, answer.headers)
    } catch (error) {
      if (isSecond) throw error
    }
  }
}

function parametersOf({ source: { settings: { property, media } } }: RetsWork, ids: string) {
  return { Resource: property.resource, Type: media!.type, ID: ids, Location: media!.location }
}

/**
 * 20403 says that there is none, which is an answer too. Any other code about a listing leaves its pictures in doubt; one
 * about a single picture leaves the others alone.
 */
async function collect(
  reading: MediaReading,
  session: RetsSession,
  work: RetsWork,
  keys: string[],
  parts: ObjectPart[],
): Promise<void> {
  const only = keys.length === 1 ? keys[0]! : ''
  const doubted = new Set<string>()
  const unsure = new Set<string>()
  for (const part of parts) {
    if (part.code === 0 || part.code === 20403) continue
    const key = part.key || only
    const isOne = key !== '' && /^[1-9]\d*$/.test(part.object)
    for (const one of key ? [key] : keys) {
      if (isOne) unsure.add(one)
      else doubted.add(one)
      reading.errors.push({
        key: isOne ? `${one}:${part.object}` : one,
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
    const pictures: RetsMedia['pictures'] = []
    let isWhole = !unsure.has(key)
    for (const part of own) {
      if (part.code !== 0) continue
      const { picture, fault } = await brought(part)
      if (fault) {
        // what was shown before stays
        isWhole = false
        reading.errors.push({ key: `${key}:${part.object}`, code: 'invalid_answer', message: fault })
      }
      if (part.location === undefined && picture === undefined) continue
      pictures.push({
        object: part.object,
        url: part.location ?? addressOf(session, work, `${key}:${part.object}`, picture!),
        isPreferred: part.isPreferred,
        ...(part.description && { description: part.description }),
        ...(picture && { brought: picture }),
      })
    }
    reading.media.push({ key, pictures, isWhole })
  }
}

/** The picture inside a part, or what is wrong with it; neither where the part names an address, is a reply, or empty. */
async function brought(part: ObjectPart): Promise<{ picture?: Brought; fault?: string }> {
  if (part.location !== undefined || part.text !== '' || part.body.length === 0) return {}
  try {
    return { picture: await broughtPicture(part.body) }
  } catch (error) {
    if (!(error instanceof MediaFault)) throw error
    return { fault: `${error.code}: ${error.message}` }
  }
}

/**
 * Where a picture that came inside an answer is from: only a session opens this, so nobody is shown it. What it holds is
 * part of it, for its number alone does not say that another picture has taken its place.
 */
function addressOf(session: RetsSession, work: RetsWork, id: string, { sha256 }: Brought): string {
  return `${session.addressOf('getobject', parametersOf(work, id))}#sha256=${sha256}`
}
