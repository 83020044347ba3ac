import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dashListing, guidOf } from './dash-listing.ts'

/** A listing as a file has it. */
export interface FileRow {
  number: number
  price: unknown
  photos: string[]
  /** Columns that nobody announced. */
  more?: Record<string, unknown>
}

export type FileForm = 'csv' | 'xml' | 'pages' | 'dash'

/** A host that gives a market as one file or, by `pages`, as JSON that names its next page. */
export interface FileServer {
  rows: Map<number, FileRow>
  /** The source's settings, and its mapping where there is one. */
  settings: Record<string, unknown>
  mapping?: Record<string, unknown>
  credentials: { token: string }
  /** Milliseconds before an answer, and before each eighth of it. */
  delay: number
  faults: { rate: number; kinds: ('error' | 'drop' | 'cut' | 'rate_limit')[] }
  concurrency: number
  /** As the hub calls a listing. */
  keyOf(number: number, code: string): string
  close(): Promise<void>
}

const perPage = 5
const photo = (number: number, name: string) => `https://img.example.com/${number}/${name}.jpg`

const flat = ({ number, price, photos, more }: FileRow) => ({
  ref: `R${number}`,
  price,
  city: 'Κόρινθος',
  photos: photos.map((name) => photo(number, name)).join('|'),
  ...more,
})

const forms: Record<FileForm, (rows: FileRow[], page: number, at: string) => string> = {
  csv: (rows) => {
    const records = rows.map(flat)
    const columns = [...new Set(records.flatMap((record) => Object.keys(record)))]
    const cell = (value: unknown) => `"${String(value ?? '').replaceAll('"', '""')}"`
    const lines = records.map((record) =>
      columns.map((name) => cell((record as Record<string, unknown>)[name])).join(';')
    )
    return [columns.join(';'), ...lines, ''].join('\n')
  },
  xml: (rows) =>
    `<list>${
      rows.map(flat).map((record) =>
        `<item>${
          Object.entries(record).map(([name, value]) => `<${name}>${String(value ?? '')}</${name}>`).join('')
        }</item>`
      ).join('')
    }</list>`,
  pages: (rows, page, at) =>
    JSON.stringify({
      data: { rows: rows.slice(page * perPage, (page + 1) * perPage).map(flat) },
      links: { ...((page + 1) * perPage < rows.length && { next: `${at}?page=${page + 1}` }) },
    }),
  dash: (rows) =>
    JSON.stringify(rows.map(({ number, price, photos, more }) =>
      dashListing(number, {
        listPrice: price,
        media: photos.map((name, order) => ({
          mediaGuid: `M-${number}-${name}`,
          sequenceNumber: order + 1,
          isDefault: order === 0,
          url: photo(number, name),
          formatCode: 'IM',
          isDistributable: true,
        })),
        ...more,
      })
    )),
}

const settingsOf: Record<FileForm, Record<string, unknown>> = {
  csv: { format: 'csv' },
  xml: { format: 'xml', items_path: 'list/item' },
  pages: { format: 'json', items_path: 'data.rows', next_path: 'links.next' },
  dash: { format: 'json' },
}

export async function startFileServer(form: FileForm, listings: number): Promise<FileServer> {
  let busy = 0
  const server = createServer(async (request, response) => {
    host.concurrency = Math.max(host.concurrency, ++busy)
    response.on('close', () => busy--)
    if (request.headers.authorization !== `Bearer ${host.credentials.token}`) {
      return void response.writeHead(401).end()
    }
    await pause(host.delay)
    const { rate, kinds } = host.faults
    const fault = Math.random() < rate ? kinds[Math.floor(Math.random() * kinds.length)] : undefined
    if (fault === 'error') return void response.writeHead(503).end('busy')
    if (fault === 'drop') return void response.socket?.destroy()
    if (fault === 'rate_limit') return void response.writeHead(429, { 'Retry-After': '1' }).end()
    const page = Number(new URL(request.url!, 'http://x').searchParams.get('page') ?? 0)
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}/market`
    const body = Buffer.from(forms[form]([...host.rows.values()], page, at))
    response.writeHead(200, { 'Content-Length': body.length })
    if (fault === 'cut') {
      return void response.write(body.subarray(0, body.length >> 1), () => response.socket?.destroy())
    }
    await inPieces(response, body, host.delay)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host: FileServer = {
    rows: new Map(
      Array.from(
        { length: listings },
        (_, at) => [at + 1, { number: at + 1, price: 100_001 + at, photos: ['a', 'b'] }],
      ),
    ),
    settings: {
      ...settingsOf[form],
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/market`,
    },
    ...(form !== 'dash' && {
      mapping: {
        version: 1,
        fields: {
          ListingKey: { from: 'ref' },
          ListPrice: { from: 'price', as: 'decimal' },
          StandardStatus: { value: 'Active' },
          City: { from: 'city' },
          Media: { from: 'photos', split: '|' },
        },
        keep_rest: true,
      },
    }),
    credentials: { token: 'file-token-5e1f' },
    delay: 0,
    faults: { rate: 0, kinds: ['error', 'drop', 'cut'] },
    concurrency: 0,
    keyOf: (number, code) => form === 'dash' ? `${code}_${guidOf(number)}` : `${code}_R${number}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return host
}

async function inPieces(response: ServerResponse, body: Buffer, delay: number): Promise<void> {
  if (delay === 0) return void response.end(body)
  const size = Math.ceil(body.length / 8)
  for (let at = 0; at < body.length && !response.destroyed; at += size) {
    response.write(body.subarray(at, at + size))
    await pause(delay)
  }
  response.end()
}

const pause = (milliseconds: number) =>
  milliseconds > 0 ? new Promise<void>((resolve) => setTimeout(resolve, milliseconds)) : undefined
