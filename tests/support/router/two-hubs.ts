import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import type { Child } from '../../../scripts/stack/child.ts'
import { addresses, functionEnvironment } from '../../../scripts/stack/environment.ts'
import { findFreePort } from '../../../scripts/stack/ports.ts'
import { loadGateway, openGateway } from '../../../scripts/stack/services.ts'
import { type GoldRecord, hungary, ingest, listing } from '../gold.ts'
import { type Hub, startHub } from '../hub.ts'

/** Two hubs with markets of their own, each with a database and a function process, and a router before them. */
export interface TwoHubs {
  cy: Hub
  hu: Hub
  /** Address of the functions of the process that routes. */
  router: string
  /** Opens a further process that routes, to other hubs. */
  route(hubs: { name: string; url: string }[]): Promise<string>
  /** An access token of the router for a demo client. */
  token(client: string, query?: string): Promise<string>
  stop(): Promise<void>
}

export async function startTwoHubs(): Promise<TwoHubs> {
  const [cy, hu] = await Promise.all([startHub(), startHub()])
  const { port: postgresPort } = inject('postgres')
  const key = randomBytes(32).toString('base64url')
  const children: Child[] = []
  const route: TwoHubs['route'] = async (hubs) => {
    const port = await findFreePort()
    const own = functionEnvironment(port, postgresPort, cy.credentials, cy.database.name)
    const routing = { MLS_ROUTER_HUBS: JSON.stringify(hubs), MLS_ROUTER_KEY: key }
    const gateway = await loadGateway(port, { ...own, ...routing }, undefined, (line) => cy.output.push(line))
    children.push(gateway)
    await openGateway(gateway)
    return addresses(port, postgresPort, cy.credentials).functionsUrl
  }
  const router = await route([{ name: 'cy', url: cy.functionsUrl }, { name: 'hu', url: hu.functionsUrl }])
  return {
    cy,
    hu,
    router,
    route,
    token: async (client, query) => {
      const { status, body } = await askToken(router, cy.clients[client]!, query)
      if (status !== 200) throw new Error(JSON.stringify(body))
      return body.access_token
    },
    stop: async () => {
      await Promise.all(children.map((child) => child.stop()))
      await Promise.all([cy.stop(), hu.stop()])
    },
  }
}

/** What the router's token endpoint answers. */
export async function askToken(
  router: string,
  { client_id, client_secret }: { client_id: string; client_secret: string },
  query = '',
  // deno-lint-ignore no-explicit-any
): Promise<{ status: number; body: any }> {
  const response = await fetch(`${router}/router/oauth/token${query}`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret }),
  })
  return { status: response.status, body: await response.json() }
}

const cities = ['Limassol', 'Paphos', 'Ágota', 'Яблоко', 'Zwolle', 'a & b']

/** Listings `C_0` ... in Cyprus, or `H_0` ... in Hungary: some without a price, some alike, with texts that look like JSON. */
export const listings = (market: 'C' | 'H', count: number): GoldRecord[] =>
  Array.from({ length: count }, (_, n) =>
    listing(n, {
      ListingKey: `${market}_${n}`,
      ListPrice: n % 5 === 0 ? null : 100_000 + (n % 7) * 50_000 + 0.5,
      City: cities[n % cities.length],
      BedroomsTotal: n % 4,
      Latitude: market === 'H' ? 47.5 + n / 1_000 : 34.7 + n / 1_000,
      Longitude: market === 'H' ? 19 : 33,
      PublicRemarks: `The sea: "value":[ ${market} \n {\\} 🏠`,
      ...market === 'H' && { OriginatingSystemOfficeKey: hungary, Country: 'HU' },
    }))

/** 37 listings here, 23 there, one of them with three photos. */
export async function fillTwoHubs({ cy, hu }: TwoHubs): Promise<void> {
  await ingest(cy.pool, 'property', listings('C', 37))
  await ingest(hu.pool, 'property', listings('H', 23))
  await ingest(hu.pool, 'member', [{
    MemberKey: 'M1',
    MemberFullName: 'Éva',
    OriginatingSystemOfficeKey: hungary,
  }])
  const photos = [1, 2, 3].map((Order) => ({
    MediaKey: `m${Order}`,
    ResourceRecordKey: 'H_1',
    OriginatingSystemOfficeKey: hungary,
    MediaURL: `https://p.example/${Order}.jpg`,
    MediaCategory: 'Photo',
    Order,
  }))
  await ingest(hu.pool, 'media', photos)
}
