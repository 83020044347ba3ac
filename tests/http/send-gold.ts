import { expect } from 'vitest'
import type { Hub } from '../support/hub.ts'
import type { Row } from './odata-client.ts'

/** Sends a batch of new records through the ingest door, as Databricks does; each must be taken. */
export async function sendGold(hub: Hub, resource: string, records: Row[]): Promise<void> {
  const response = await fetch(`${hub.functionsUrl}/ingest/${resource}`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${await hub.token('databricks')}`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify(records),
  })
  const receipt = await response.json()
  expect([resource, response.status, receipt.records?.map(({ outcome }: Row) => outcome)]).toEqual([
    resource,
    200,
    records.map(() => 'insert'),
  ])
}
