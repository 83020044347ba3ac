import { Unzip, UnzipInflate, UnzipPassThrough } from 'fflate'
import { FileFault } from './format.ts'

/**
 * The content of a file that may be packed: gzip and zip are told by their first bytes, whatever the name says. Of a
 * zip the first data file counts. The bytes are counted after unpacking, so that no small file can become a large one.
 *
 * @throws FileFault unsupported_archive, from the stream
 */
export async function* unpacked(
  stream: ReadableStream<Uint8Array>,
  tooLarge: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  const first = await reader.read()
  if (first.done) return
  const [a, b, c, d] = first.value
  const rest = chain(first.value, reader)
  let size = 0
  const counted = (chunk: Uint8Array) => {
    size += chunk.length
    tooLarge(size)
    return chunk
  }
  if (a === 0x1f && b === 0x8b) {
    for await (const chunk of gunzipped(rest)) yield counted(chunk)
  } else if (a === 0x50 && b === 0x4b && (c === 3 || c === 5) && (d === 4 || d === 6)) {
    for await (const chunk of unzipped(rest)) yield counted(chunk)
  } else {
    for await (const chunk of rest) yield counted(chunk)
  }
}

async function* chain(
  first: Uint8Array,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield first
  for (let step = await reader.read(); !step.done; step = await reader.read()) yield step.value
}

/** The decompressor unpacks a chunk as a whole, up to a thousandfold: it is fed small pieces. */
const pieceBytes = 16 * 1024

async function* gunzipped(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pieces = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { value, done } = await chunks.next()
      if (done) return controller.close()
      for (let at = 0; at < value.length; at += pieceBytes) {
        controller.enqueue(value.slice(at, at + pieceBytes))
      }
    },
  })
  const reader = pieces.pipeThrough(new DecompressionStream('gzip')).getReader()
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) yield step.value
  } catch (error) {
    if (error instanceof FileFault) throw error
    throw new FileFault(
      'unsupported_archive',
      'The file begins like gzip but cannot be unpacked: it may be cut off.',
    )
  }
}

async function* unzipped(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = []
  let failure: Error | undefined
  let chosen: string | undefined
  const unzip = new Unzip((file) => {
    if (
      chosen !== undefined || !/\.(csv|txt|tsv|json|ndjson|jsonl|xml)$/i.test(file.name) ||
      /(^|\/)(\.|__MACOSX)/.test(file.name)
    ) return
    chosen = file.name
    file.ondata = (error, data) => {
      if (error) failure = error
      else ready.push(data)
    }
    file.start()
  })
  unzip.register(UnzipInflate)
  unzip.register(UnzipPassThrough)
  const fault = (message: string) => new FileFault('unsupported_archive', message)
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += pieceBytes) {
      try {
        unzip.push(chunk.subarray(at, at + pieceBytes))
      } catch (error) {
        throw fault(`The zip cannot be unpacked: ${(error as Error).message}.`)
      }
      if (failure) throw fault(`The zip cannot be unpacked: ${failure.message}.`)
      yield* ready.splice(0)
    }
  }
  unzip.push(new Uint8Array(), true)
  yield* ready.splice(0)
  if (chosen === undefined) {
    throw fault('The zip holds no file that ends in .csv, .txt, .tsv, .json, .ndjson, .jsonl or .xml.')
  }
}
