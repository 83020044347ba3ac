import { decodeUtf8 } from '../http/body.ts'
import { type BatchForm, parseBatchText } from './batch-text.ts'
import { elementsOf, refuseTooMany } from './contract.ts'
import { cutArray, cutLines, type Slice } from './cut-batch.ts'
import { parseJson } from './json-text.ts'

/**
 * The elements of a batch, a slice at a time: so a body of 10 MB is never held as text, nor all of its records as
 * objects. An array is cut between its elements, lines between lines; anything else is read as a whole.
 *
 * @throws HubError invalid_body (400) naming the place, batch_too_large (413)
 */
export function* batchSlices(bytes: Uint8Array, form: BatchForm): Generator<unknown[]> {
  const slices = form === 'json' ? cutArray(bytes) : cutLines(bytes)
  if (!slices) return yield elementsOf(parseBatchText(decodeUtf8(bytes), form))
  refuseTooMany(slices.reduce((sum, { count }) => sum + count, 0))
  let total = 0
  for (const slice of slices) {
    const elements = parseSlice(bytes, slice, form) ?? refuseWhole(bytes, form)
    total += elements.length
    refuseTooMany(total)
    yield elements
  }
}

/** Undefined where the slice is at fault: what is wrong, and where in the body, is found by reading it as a whole. */
function parseSlice(bytes: Uint8Array, { start, end, count }: Slice, form: BatchForm): unknown[] | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(start, end))
    if (form === 'ndjson') return parseBatchText(text, form) as unknown[]
    const elements = parseJson(`[${text}]`) as unknown[]
    return elements.length === count ? elements : undefined
  } catch {
    return undefined
  }
}

function refuseWhole(bytes: Uint8Array, form: BatchForm): never {
  parseBatchText(decodeUtf8(bytes), form)
  throw new Error('A slice of the batch cannot be read, but the whole can.')
}
