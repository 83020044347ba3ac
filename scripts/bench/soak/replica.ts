import type { SoakStack } from './stack.ts'
import { ask, type Tally } from './tally.ts'

/** A copy of all listings that a client may see, made once and kept by the events alone. */
export class Replica {
  readonly rows = new Map<string, string>()
  private sequence = 0n

  constructor(
    private readonly stack: SoakStack,
    private readonly tally: Tally,
    private readonly token: () => Promise<string>,
  ) {}

  async begin(): Promise<void> {
    const { rows, changesAfter } = await this.all()
    rows.forEach((row, key) => this.rows.set(key, row))
    this.sequence = changesAfter
  }

  /** Takes over what has changed since the last time. */
  async follow(): Promise<void> {
    for (;;) {
      const filter = `ResourceName eq 'Property' and EntityEventSequence gt ${this.sequence}`
      const events = await this.get(
        `EntityEvent?$filter=${filter}&$orderby=EntityEventSequence&$top=200&$select=EntityEventSequence,ResourceRecordKey`,
      )
      if (events.value.length === 0) return
      const keys = [...new Set(events.value.map((event) => String(event.ResourceRecordKey)))]
      for (let at = 0; at < keys.length; at += 50) {
        const named = keys.slice(at, at + 50)
        const list = named.map((key) => `'${key.replaceAll("'", "''")}'`).join(',')
        const found = await this.get(`Property?$filter=ListingKey in (${list})&$top=50`)
        for (const key of named) this.rows.delete(key)
        for (const row of found.value) this.rows.set(String(row.ListingKey), JSON.stringify(row))
      }
      this.sequence = BigInt(String(events.value.at(-1)!.EntityEventSequence))
    }
  }

  /** All listings as they are now, straight from the Web API. */
  async all(): Promise<{ rows: Map<string, string>; changesAfter: bigint }> {
    const rows = new Map<string, string>()
    let changesAfter: bigint | undefined
    for (let link: string | undefined = 'Property?replication=true&$top=200'; link;) {
      const page = await this.get(link)
      changesAfter ??= BigInt(page['@mls.changesAfter']!.EntityEventSequence)
      for (const row of page.value) rows.set(String(row.ListingKey), JSON.stringify(row))
      link = page['@odata.nextLink']
    }
    return { rows, changesAfter: changesAfter! }
  }

  private async get(path: string): Promise<Page> {
    const url = path.startsWith('http')
      ? path.replace(this.stack.functionsUrl, this.stack.steadyUrl)
      : `${this.stack.steadyUrl}/odata/${encodeURI(path)}`
    const response = await ask(this.tally, url, {
      headers: { Authorization: `Bearer ${await this.token()}` },
      isSteady: true,
    })
    if (!response.ok) throw new Error(`${url}: ${response.status} ${response.text}`)
    return response.json()
  }
}

interface Page {
  value: Record<string, unknown>[]
  '@odata.nextLink'?: string
  '@mls.changesAfter'?: { EntityEventSequence: number }
}
