import { XMLParser } from 'fast-xml-parser'
import { FileFault } from './format.ts'
import type { Items } from './json-items.ts'

/** Values stay texts: what is a number is for the mapping to say. */
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#text',
  parseTagValue: false,
  parseAttributeValue: false,
  htmlEntities: true,
})

interface Tag {
  kind: 'open' | 'close' | 'empty'
  name: string
  start: number
  end: number
}

/** The next tag, comments, CDATA and instructions passed over; undefined when the text ends before it does. */
function nextTag(text: string, from: number): Tag | undefined {
  for (let at = text.indexOf('<', from); at !== -1; at = text.indexOf('<', at)) {
    const past = passed(text, at)
    if (past === undefined) return undefined
    if (past > at) {
      at = past
      continue
    }
    const end = endOfTag(text, at)
    if (end === undefined) return undefined
    const body = text.slice(at + 1, end - 1)
    const name = /^\/?\s*([^\s/>]+)/.exec(body)?.[1] ?? ''
    const kind = body.startsWith('/') ? 'close' : body.endsWith('/') ? 'empty' : 'open'
    return { kind, name, start: at, end }
  }
  return undefined
}

const asides = [['<!--', '-->'], ['<![CDATA[', ']]>'], ['<?', '?>']] as const

/** The place behind something that is no tag; the same place for a tag, undefined where the text ends in it. */
function passed(text: string, at: number): number | undefined {
  for (const [open, close] of asides) {
    if (!text.startsWith(open, at)) continue
    const end = text.indexOf(close, at + open.length)
    return end === -1 ? undefined : end + close.length
  }
  if (!text.startsWith('<!', at)) return at
  const end = text.indexOf('>', at)
  if (end === -1) return undefined
  if (text.slice(at, end).includes('[')) {
    throw new FileFault(
      'unreadable_file',
      'The file declares entities of its own (DOCTYPE), which are not read. Send it without.',
    )
  }
  return end + 1
}

function endOfTag(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at]
    if (character === '>') return at + 1
    if (character === '"' || character === "'") {
      const end = text.indexOf(character, at + 1)
      if (end === -1) return undefined
      at = end
    }
  }
  return undefined
}

/** Where the first item of `path` (`Ads.Ad`) stands; undefined when the window ends before it. */
export function findXmlItems(text: string, path: string): number | undefined {
  const steps = path.split('.')
  const stack: string[] = []
  for (let tag = nextTag(text, 0); tag; tag = nextTag(text, tag.end)) {
    if (tag.kind === 'close') {
      stack.pop()
      if (stack.length === 0) {
        throw new FileFault('unreadable_file', `There are no records at items_path "${path}".`)
      }
      continue
    }
    if (
      stack.length === steps.length - 1 && [...stack, tag.name].every((name, index) => name === steps[index])
    ) {
      return tag.start
    }
    if (tag.kind === 'open') stack.push(tag.name)
  }
  return undefined
}

/** Reads items from a place between two of them; other elements there are passed over. */
export function readXmlItems(text: string, path: string, limit: number): Items {
  const name = path.split('.').at(-1)!
  const items: unknown[] = []
  let consumed = 0
  while (items.length < limit) {
    const tag = nextTag(text, consumed)
    if (!tag) break
    if (tag.kind === 'close') return { items, consumed: tag.start, done: true }
    const end = tag.kind === 'empty' ? tag.end : endOfElement(text, tag.end)
    if (end === undefined) break
    if (tag.name === name) items.push(parsed(text.slice(tag.start, end), name))
    consumed = end
  }
  return { items, consumed, done: false }
}

function endOfElement(text: string, from: number): number | undefined {
  let depth = 1
  for (let tag = nextTag(text, from); tag; tag = nextTag(text, tag.end)) {
    if (tag.kind === 'open') depth++
    else if (tag.kind === 'close' && --depth === 0) return tag.end
  }
  return undefined
}

function parsed(xml: string, name: string): unknown {
  try {
    const item = parser.parse(xml)[name]
    return typeof item === 'object' && item !== null ? item : { '#text': item }
  } catch (error) {
    throw new FileFault('unreadable_file', `A record is no well-formed XML: ${(error as Error).message}`)
  }
}

/** The shallowest element that comes twice under one parent, below the root; else the only child of the root. */
export function detectXmlItems(text: string): string {
  const stack: { name: string; children: Map<string, number> }[] = []
  let only: string | undefined
  let best: string[] | undefined
  for (let tag = nextTag(text, 0); tag; tag = nextTag(text, tag.end)) {
    if (tag.kind === 'close') {
      stack.pop()
      continue
    }
    const parent = stack.at(-1)
    if (parent) {
      const count = (parent.children.get(tag.name) ?? 0) + 1
      parent.children.set(tag.name, count)
      const path = [...stack.map(({ name }) => name), tag.name]
      if (stack.length === 1) only ??= path.join('.')
      if (count === 2 && (!best || path.length < best.length)) best = path
    }
    if (tag.kind === 'open') stack.push({ name: tag.name, children: new Map() })
  }
  const path = best?.join('.') ?? only
  if (path === undefined) {
    throw new FileFault('unreadable_file', 'The file holds no XML element below its root. Set "items_path".')
  }
  return path
}
