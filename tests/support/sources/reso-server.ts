import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type UpstreamRecord = Record<string, unknown> & { ModificationTimestamp?: string | null }

export interface ResoFaults {
  /** Share of requests that fail. */
  rate: number
  kinds: ('error' | 'drop' | 'rate_limit' | 'garbage' | 'slow')[]
}

/** A RESO Web API of one's own: keyset, nextLinks, events or flags, tokens that end, faults, and what it was asked. */
export interface ResoServer {
  url: string
  tokenUrl: string
  credentials: { client_id: string; client_secret: string }
  records: Record<Name, Map<string, UpstreamRecord>>
  /** Puts a record; its modification time is now unless it says otherwise. */
  put(resource: Name, record: UpstreamRecord): void
  remove(resource: Name, key: string): void
  requests: string[]
  /** Most requests that were under way at one time. */
  concurrency: number
  faults(faults: Partial<ResoFaults>): void
  /** Ends all tokens; with `refuse` gives no new ones. */
  revoke(options?: { refuse?: boolean }): void
  /** How long a request takes at least. */
  delay: number
  /** Sends what it has from its beginning, whatever key it is asked to go on from. */
  isDeaf: boolean
  close(): Promise<void>
}

export interface ResoOptions {
  /** Whether there is an EntityEvent resource. */
  events?: boolean
  /** Media as a resource of its own, or inside listings only. */
  media?: 'resource' | 'expand'
  /** Rooms and kinds of units likewise, where there are any. */
  rooms?: 'resource' | 'expand'
  /** So many of what is inside of a listing; the rest by links. */
  partPage?: number
  /** Spells keys in small letters in its events, and finds them in any spelling. */
  isCaseless?: boolean
  /** Sends no more than this at a time, and does not say that there is more. */
  most?: number
  /** Sends nextLinks of this life, and refuses to go on by key. */
  linkSeconds?: number
  /** Enumerations by name, as services before DD 2.0 have them. */
  enums?: boolean
}

const keys = {
  Property: 'ListingKey',
  Media: 'MediaKey',
  Member: 'MemberKey',
  Office: 'OfficeKey',
  PropertyRooms: 'RoomKey',
  PropertyUnitTypes: 'UnitTypeKey',
} as const
type Name = keyof typeof keys

/** What is inside of listings: under which name, of which resource, by which field. */
const inside = {
  Media: ['Media', 'ResourceRecordKey'],
  Rooms: ['PropertyRooms', 'ListingKey'],
  UnitTypes: ['PropertyUnitTypes', 'ListingKey'],
} as const

export async function startResoServer(options: ResoOptions = {}): Promise<ResoServer> {
  const {
    events = false,
    media = 'resource',
    rooms,
    partPage = Infinity,
    most = Infinity,
    linkSeconds,
    enums = false,
  } = options
  const records = Object.fromEntries(
    Object.keys(keys).map((name) => [name, new Map()]),
  ) as unknown as ResoServer['records']
  const log: { EntityEventSequence: number; ResourceName: string; ResourceRecordKey: string }[] = []
  const links = new Map<string, { query: string; until: number }>()
  const credentials = { client_id: 'client-7f3a', client_secret: 'secret-sesame-41d9' }
  let faults: ResoFaults = { rate: 0, kinds: ['error'] }
  let tokens = new Set<string>()
  let refusesTokens = false
  let serial = 0
  let under = 0
  const note = (ResourceName: string, ResourceRecordKey: string) =>
    void log.push({
      EntityEventSequence: log.length + 1,
      ResourceName,
      ResourceRecordKey: options.isCaseless ? ResourceRecordKey.toLowerCase() : ResourceRecordKey,
    })

  const api: ResoServer = {
    url: '',
    tokenUrl: '',
    credentials,
    records,
    put(resource, record) {
      const key = String(record[keys[resource]])
      records[resource].set(key, { ModificationTimestamp: new Date().toISOString(), ...record })
      note(resource, key)
    },
    remove(resource, key) {
      records[resource].delete(key)
      note(resource, key)
    },
    requests: [],
    concurrency: 0,
    faults: (given) => void (faults = { ...faults, ...given }),
    revoke: ({ refuse = false } = {}) => {
      tokens = new Set()
      refusesTokens = refuse
    },
    delay: 0,
    isDeaf: false,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, 'http://x')
    api.requests.push(decodeURIComponent(url.pathname + url.search).replaceAll('+', ' '))
    api.concurrency = Math.max(api.concurrency, ++under)
    response.on('close', () => under--)
    if (api.delay > 0) await new Promise((resolve) => setTimeout(resolve, api.delay))
    const send = (status: number, body: unknown, type = 'application/json', headers = {}) => {
      response.writeHead(status, { 'Content-Type': type, ...headers })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    }
    if (url.pathname === '/token') {
      let body = ''
      for await (const chunk of request) body += chunk
      const form = new URLSearchParams(body)
      if (refusesTokens || form.get('client_secret') !== credentials.client_secret) {
        // as careless servers do, it says what it was told
        return send(401, {
          error: 'invalid_client',
          error_description: `bad secret ${form.get('client_secret')}`,
        })
      }
      const token = `token-${++serial}-abcdef`
      tokens.add(token)
      return send(200, { access_token: token, token_type: 'Bearer', expires_in: 3600 })
    }
    if (Math.random() < faults.rate) {
      const kind = faults.kinds[Math.floor(Math.random() * faults.kinds.length)]
      if (kind === 'drop') return void request.socket.destroy()
      if (kind === 'rate_limit') return send(429, {}, undefined, { 'Retry-After': '0' })
      if (kind === 'garbage') return send(200, '{"value": [{"ListingKey": "cut o')
      if (kind === 'slow') await new Promise((resolve) => setTimeout(resolve, 200))
      else return send(500, { error: { message: 'out of order' } })
    }
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (!tokens.has(token ?? '')) return send(401, { error: { message: `no such token ${token}` } })
    if (url.pathname === '/odata/$metadata') {
      return send(200, metadata({ events, media, rooms, enums }), 'application/xml')
    }
    const skip = url.searchParams.get('$skiptoken')
    if (skip !== null) {
      const link = links.get(skip)
      if (!link || link.until < Date.now()) return send(410, { error: { message: 'the link is too old' } })
      return send(200, page(new URL(link.query, 'http://x'), Number(skip.split('-')[1])))
    }
    return send(200, page(url, 0))
  }

  function page(url: URL, from: number): unknown {
    const name = url.pathname.split('/')[2]!
    const top = Math.min(Number(url.searchParams.get('$top') ?? 100), most)
    if (name === 'EntityEvent') {
      const after = Number(
        /EntityEventSequence gt (\d+)/.exec(url.searchParams.get('$filter') ?? '')?.[1] ?? 0,
      )
      const about = /ResourceName eq '(\w+)'/.exec(url.searchParams.get('$filter') ?? '')?.[1]
      const found = log.filter((event) =>
        event.EntityEventSequence > after && (!about || event.ResourceName === about)
      )
      return {
        value: (url.searchParams.get('$orderby') ?? '').endsWith('desc')
          ? found.reverse().slice(0, top)
          : found.slice(0, top),
      }
    }
    const key = keys[name as Name]
    const all = [...records[name as Name].values()].sort((a, b) => String(a[key]) < String(b[key]) ? -1 : 1)
    const filter = url.searchParams.get('$filter') ?? ''
    const wanted = all.filter((record) => api.isDeaf || matches(record, filter, key))
    const some = wanted.slice(from, from + top)
    const asked = (url.searchParams.get('$expand') ?? '').split(',')
    const held = (name === 'Property' ? Object.keys(inside) : []).filter((member) =>
      asked.includes(member) || (media === 'expand' && member === 'Media')
    ) as (keyof typeof inside)[]
    const value = some.map((record) => ({
      ...record,
      ...Object.fromEntries(held.flatMap((member) => {
        const [resource, field] = inside[member]
        const parts = [...records[resource].values()].filter((part) => part[field] === record[key])
          .sort((a, b) => String(a[keys[resource]]) < String(b[keys[resource]]) ? -1 : 1)
        const rest = `/odata/${resource}?$filter=${field} eq '${record[key]}'&$top=${partPage}`
        return [
          [member, parts.slice(0, partPage)],
          ...parts.length > partPage ? [[`${member}@odata.nextLink`, linkTo(rest, partPage)]] : [],
        ]
      })),
    }))
    const body: Record<string, unknown> = { value }
    if (url.searchParams.has('$count')) body['@odata.count'] = wanted.length
    if ((linkSeconds !== undefined || top === partPage) && from + top < wanted.length) {
      body['@odata.nextLink'] = linkTo(url.pathname + url.search, from + top)
    }
    return body
  }

  function linkTo(query: string, from: number): string {
    const id = `${++serial}-${from}`
    links.set(id, { query, until: Date.now() + (linkSeconds ?? 60) * 1000 })
    return `${api.url}/${query.split(/[/?]/)[2]}?$skiptoken=${id}`
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  api.url = `http://127.0.0.1:${port}/odata`
  api.tokenUrl = `http://127.0.0.1:${port}/token`
  return api
}

/** The little of OData that a client of ours sends. */
function matches(record: UpstreamRecord, filter: string, key: string): boolean {
  if (filter === '') return true
  const parts = filter.split(/ and (?![^(]*\) or)/).map((part) => part.replace(/^\((.*)\)$/, '$1'))
  return parts.every((part) =>
    part.split(' or ').some((term) => {
      const list = /^\(?(\w+) in \((.*)\)\)?$/.exec(term)
      if (list) {
        return list[2]!.split(',').map((text) => text.replace(/^'|'$/g, '').replaceAll("''", "'"))
          .some((wanted) => wanted.toLowerCase() === String(record[list[1]!]).toLowerCase())
      }
      const match = /^\(?(\w+) (gt|ge|eq) (.+?)\)?$/.exec(term)
      if (!match) throw new Error(`The server does not know ${term}`)
      const [, name, operator, literal] = match as unknown as [string, string, string, string]
      const value = record[name]
      if (value === null || value === undefined) return false
      const wanted = literal.startsWith("'") ? literal.slice(1, -1).replaceAll("''", "'") : literal
      if (operator === 'eq') return String(value) === wanted
      if (name === key) return String(value) > wanted
      return Date.parse(String(value)) >= Date.parse(wanted)
    })
  )
}

function metadata(
  { events, media, rooms, enums }: Required<Pick<ResoOptions, 'events' | 'media' | 'enums'>> & ResoOptions,
): string {
  const type = (name: string, key: string, fields: string[], more = '') =>
    `<EntityType Name="${name}"><Key><PropertyRef Name="${key}"/></Key>${
      [key, 'ModificationTimestamp', ...fields].map((field) => {
        const kind = field === 'StandardStatus' && enums
          ? 'Up.StandardStatus'
          : field.endsWith('Timestamp')
          ? 'Edm.DateTimeOffset'
          : 'Edm.String'
        return `<Property Name="${field}" Type="${kind}"/>`
      }).join('')
    }${more}</EntityType>`
  const sets = [
    'Property',
    'Member',
    'Office',
    ...(media === 'resource' ? ['Media'] : []),
    ...(rooms === 'resource' ? ['PropertyRooms', 'PropertyUnitTypes'] : []),
    ...(events ? ['EntityEvent'] : []),
  ]
  return `<?xml version="1.0"?><edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0"><edmx:DataServices>
    <Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="Up">
      ${
    type(
      'Property',
      'ListingKey',
      ['ListPrice', 'City', 'StandardStatus', 'PhotosChangeTimestamp'],
      (rooms ? Object.keys(inside) : ['Media']).map((name) =>
        `<NavigationProperty Name="${name}" Type="Collection(Up.${inside[name as keyof typeof inside][0]})"/>`
      ).join(''),
    )
  }
      ${type('Media', 'MediaKey', ['ResourceRecordKey', 'MediaURL', 'Order'])}
      ${type('PropertyRooms', 'RoomKey', ['ListingKey', 'RoomType', 'RoomArea'])}
      ${type('PropertyUnitTypes', 'UnitTypeKey', ['ListingKey', 'UnitTypeType'])}
      ${type('Member', 'MemberKey', ['MemberFullName'])}
      ${type('Office', 'OfficeKey', ['OfficeName'])}
      ${events ? type('EntityEvent', 'EntityEventSequence', ['ResourceName', 'ResourceRecordKey']) : ''}
      <EnumType Name="StandardStatus"><Member Name="ActiveUnderContract" Value="1"><Annotation Term="RESO.OData.Metadata.StandardName" String="Active Under Contract"/></Member><Member Name="Active" Value="2"/></EnumType>
      <EntityContainer Name="C">${
    sets.map((name) => `<EntitySet Name="${name}" EntityType="Up.${name}"/>`).join('')
  }</EntityContainer>
    </Schema></edmx:DataServices></edmx:Edmx>`
}

/** Fills a server with listings, each with pictures; older than an hour, so that what changes is newer. */
export function fill(server: ResoServer, listings: number, pictures = 2): void {
  const old = new Date(Date.now() - 3_600_000).toISOString()
  server.put('Office', { OfficeKey: 'O1', OfficeName: 'Office', ModificationTimestamp: old })
  server.put('Member', {
    MemberKey: 'A1',
    MemberFullName: 'Ann Agent',
    OfficeKey: 'O1',
    ModificationTimestamp: old,
  })
  for (let number = 1; number <= listings; number++) {
    const ListingKey = `L${String(number).padStart(6, '0')}`
    server.put('Property', {
      ListingKey,
      ListingId: `R${number}`,
      StandardStatus: 'Active',
      PropertyType: 'Residential',
      ListPrice: 100_000 + number,
      City: 'Πάφος',
      ListAgentKey: 'A1',
      ListOfficeKey: 'O1',
      View: ['Ocean', 'Garden'],
      LocalField: `own ${number}`,
      ModificationTimestamp: old,
    })
    for (let order = 0; order < pictures; order++) {
      server.put('Media', {
        MediaKey: `${ListingKey}-${order}`,
        ResourceRecordKey: ListingKey,
        ResourceName: 'Property',
        MediaCategory: 'Photo',
        MediaURL: `https://media.example.com/${ListingKey}/${order}.jpg`,
        Order: order,
        ModificationTimestamp: old,
      })
    }
  }
}
