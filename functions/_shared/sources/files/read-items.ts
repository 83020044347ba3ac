import type { SourceRecord } from '../mapping/pick.ts'
import { readRows } from './csv.ts'
import { bytesOf, decodeWindow } from './encoding.ts'
import { FileFault, type FileFormat } from './format.ts'
import { findJsonItems, readJsonItems } from './json-items.ts'
import { findXmlItems, readXmlItems } from './xml-items.ts'

/** Bytes of a file from a place on: at most so many, fewer only at its end. */
export type ReadBytes = (offset: number, length: number) => Promise<Uint8Array>

export interface FilePlace {
  /** Byte between two records. */
  offset: number
  /** Whether the list of records has been entered: the header or the opening bracket is behind. */
  inside: boolean
  /** Whether the list must be closed: a file that ends before that was cut off, and what is missing is not gone. */
  closes?: boolean
}

export interface FilePage {
  records: SourceRecord[]
  /** Undefined at the end. */
  next?: FilePlace
  /** Indexes of records whose row could only be read roughly. */
  rough: number[]
}

const windowBytes = 1024 * 1024
/** A record longer than this is no record. */
const longestRecord = 16 * windowBytes

/**
 * The next records of a file: a window is read, and a larger one where it holds no whole record. Only what was read
 * to the end of a record counts as read.
 *
 * @throws FileFault unreadable_file, record_too_large
 */
export async function readItems(
  read: ReadBytes,
  format: FileFormat,
  place: FilePlace,
  limit: number,
): Promise<FilePage> {
  for (let size = windowBytes; size <= longestRecord; size *= 4) {
    const bytes = await read(place.offset, size)
    const isLast = bytes.length < size
    const text = decodeWindow(bytes, format.encoding, isLast)
    const page = readText(text, format, place, limit, isLast)
    if (page) {
      const { records, consumed, done, rough, closes } = page
      const offset = place.offset + bytesOf(text.slice(0, consumed), format.encoding)
      const atEnd = done || (isLast && !closes && text.slice(consumed).trim() === '')
      return { records, rough, next: atEnd ? undefined : { offset, inside: true, closes } }
    }
    if (isLast) {
      if (text.trim() === '' && !place.closes && (place.inside || format.format === 'csv')) {
        return { records: [], rough: [] }
      }
      throw new FileFault(
        'unreadable_file',
        `The file ends in the middle of a record or of its list, at byte ${place.offset}: it was cut off.`,
      )
    }
  }
  throw new FileFault(
    'record_too_large',
    `A record at byte ${place.offset} has more than ${longestRecord} bytes. Is the format right?`,
  )
}

type Read = { records: SourceRecord[]; consumed: number; done: boolean; rough: number[]; closes: boolean }

/** Undefined when the window holds no whole record and is not the end either. */
function readText(
  text: string,
  format: FileFormat,
  place: FilePlace,
  limit: number,
  isLast: boolean,
): Read | undefined {
  if (format.format === 'csv') return readCsv(text, format, place.inside, limit, isLast)
  const isJson = format.format === 'json'
  const path = format.items_path ?? ''
  const start = place.inside ? 0 : isJson ? findJsonItems(text, path) : findXmlItems(text, path)
  if (start === undefined) return undefined
  const closes = place.inside ? place.closes === true : !isJson || text[start - 1] === '['
  const rest = text.slice(start)
  const { items, consumed, done } = isJson ? readJsonItems(rest, limit) : readXmlItems(rest, path, limit)
  if (items.length === 0 && !done && (closes || !isLast || rest.trim() !== '')) return undefined
  return { records: items.map(asRecord), consumed: start + consumed, done, rough: [], closes }
}

function readCsv(
  text: string,
  format: FileFormat,
  inside: boolean,
  limit: number,
  isLast: boolean,
): Read | undefined {
  const skipped = inside ? 0 : format.header_row ?? 1
  const { rows, consumed, misquoted } = readRows(text, {
    delimiter: format.delimiter!,
    limit: limit + skipped,
    isLast,
  })
  if (consumed === 0 && !isLast) return undefined
  const records: SourceRecord[] = []
  const rough: number[] = []
  for (const [index, row] of rows.entries()) {
    if (index < skipped || row.every((field) => field.trim() === '')) continue
    if (misquoted.includes(index)) rough.push(records.length)
    records.push(named(format.columns!, row))
  }
  return { records, consumed, done: isLast && consumed >= text.length, rough, closes: false }
}

function named(columns: string[], row: string[]): SourceRecord {
  const record: SourceRecord = {}
  for (const [index, value] of row.entries()) record[columns[index] ?? `column_${index + 1}`] = value
  return record
}

function asRecord(item: unknown): SourceRecord {
  return typeof item === 'object' && item !== null && !Array.isArray(item)
    ? item as SourceRecord
    : { value: item }
}
