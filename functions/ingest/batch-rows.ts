import { batchSlices } from '../_shared/gold/batch-slices.ts'
import type { BatchForm } from '../_shared/gold/batch-text.ts'
import { readElements } from '../_shared/gold/contract.ts'
import type { Reading } from '../_shared/gold/record-builder.ts'
import type { Resource } from '../_shared/reso/types.ts'

/**
 * A batch as the database takes it: an array with `{r, e, w}` (record, errors, warnings) per element, `r` left out
 * where the element was no object. A rejected record goes along: it may be one to skip, and else it is quarantined.
 *
 * In bytes, and in the binary form of jsonb (a version, then the text): as a string, a batch with one Greek letter
 * would take two bytes a character, and the driver would copy it once more. Slices are read and written one after
 * the other, so that no more than one is there as objects.
 */
export function batchRows(resource: Resource, bytes: Uint8Array, form: BatchForm): Uint8Array<ArrayBuffer> {
  const rows = new ByteWriter(bytes.length + bytes.length / 8)
  rows.byte(jsonbVersion)
  rows.text('[')
  let separator = ''
  for (const elements of batchSlices(bytes, form)) {
    if (elements.length === 0) continue
    const slice = JSON.stringify(readElements(resource, elements).map(row))
    rows.text(separator)
    rows.text(slice.slice(1, -1))
    separator = ','
  }
  rows.text(']')
  return rows.written()
}

const jsonbVersion = 1

const row = ({ record, errors, warnings }: Reading) => ({ r: record, e: errors, w: warnings })

/** Bytes that grow as they are written. */
class ByteWriter {
  readonly #encoder = new TextEncoder()
  #bytes: Uint8Array<ArrayBuffer>
  #length = 0

  constructor(expected: number) {
    this.#bytes = new Uint8Array(Math.ceil(expected) + 64)
  }

  byte(value: number): void {
    this.#bytes[this.#length++] = value
  }

  text(text: string): void {
    for (let rest = text; rest !== '';) {
      const { read, written } = this.#encoder.encodeInto(rest, this.#bytes.subarray(this.#length))
      this.#length += written
      rest = rest.slice(read)
      if (rest !== '') this.#grow()
    }
  }

  written(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length)
  }

  #grow(): void {
    const larger = new Uint8Array(this.#bytes.length + (this.#bytes.length >> 1))
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}
