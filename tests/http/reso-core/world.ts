import type { Answer, ODataClient, Row } from '../odata-client.ts'

/** An endorsement, asked for as its clients do: 2.0.0 speaks OData 4.0, 2.1.0 OData 4.01. */
export type Endorsement = '2.0.0' | '2.1.0'
export const versionOf: Record<Endorsement, string> = { '2.0.0': '4.0', '2.1.0': '4.01' }

/** What a scenario runs against: a client of one profile, and all listings as that client read them beforehand. */
export interface World {
  endorsement: Endorsement
  profile: 'gold' | 'dd2'
  client: ODataClient
  listings: Row[]
  /** One request as the endorsement sends it. */
  get(path: string): Promise<Answer>
}

export type Scenario = (world: World) => Promise<void>

/** The fields that RESO's suite is configured with. */
export const fields = {
  key: 'ListingKey',
  integer: 'BedroomsTotal',
  decimal: 'ListPrice',
  date: 'ListingContractDate',
  timestamp: 'OriginalEntryTimestamp',
  single: 'StandardStatus',
  multiple: 'View',
} as const

/** Page sizes of the suite. */
export const topCount = 5
export const sortCount = 20

export function worldOf(
  client: ODataClient,
  listings: Row[],
  profile: World['profile'],
  endorsement: Endorsement,
): World {
  return {
    endorsement,
    profile,
    client,
    listings,
    get: (path) => client.get(path, { 'OData-MaxVersion': versionOf[endorsement] }),
  }
}
