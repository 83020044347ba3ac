import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { GoldRecord } from './records.ts'

/** A RESO Web API that holds `rows` listings and pages through them by key. It keeps none: record n is made when asked for. */
export async function startUpstream(rows: number, recordAt: (n: number) => GoldRecord) {
  const keyOf = (n: number) => `B${String(n).padStart(7, '0')}`
  const fields = Object.keys(recordAt(0)).filter((name) => name !== 'ListingKey')
  const metadata =
    `<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0"><edmx:DataServices><Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="Up"><EntityType Name="Property"><Key><PropertyRef Name="ListingKey"/></Key>${
      ['ListingKey', ...fields].map((name) => `<Property Name="${name}" Type="Edm.String"/>`).join('')
    }</EntityType><EntityContainer Name="C"><EntitySet Name="Property" EntityType="Up.Property"/></EntityContainer></Schema></edmx:DataServices></edmx:Edmx>`

  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://upstream')
    if (url.pathname.endsWith('/$metadata')) {
      return void response.writeHead(200, { 'Content-Type': 'application/xml' }).end(metadata)
    }
    const last = /ListingKey gt 'B(\d+)'/.exec(url.searchParams.get('$filter') ?? '')?.[1]
    const from = last === undefined ? 0 : Number(last) + 1
    const to = Math.min(rows, from + Number(url.searchParams.get('$top') ?? 100))
    const value = Array.from({ length: Math.max(0, to - from) }, (_, at) => ({
      ...recordAt(from + at),
      ListingKey: keyOf(from + at),
    }))
    const count = url.searchParams.has('$count') ? { '@odata.count': rows } : {}
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ ...count, value }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    root: `http://127.0.0.1:${(server.address() as AddressInfo).port}/odata`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
