import { expect } from 'vitest'
import { resources } from '../../functions/_shared/reso/dictionary.ts'
import { RESOURCES } from '../../scripts/seed/gold.ts'
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

/** One record, the example of the documentation, of each resource that the demo's source does not have. */
export async function sendWhatTheDemoLacks(hub: Hub): Promise<void> {
  const missing = resources.filter(({ ingestName }) => !(RESOURCES as readonly string[]).includes(ingestName))
  for (const { ingestName, example, fields } of missing) {
    const shown = Object.entries(example.record).filter(([name]) =>
      fields.some((field) => field.name === name)
    )
    await sendGold(hub, ingestName, [{
      OriginatingSystemOfficeKey: 'SHARPSIR-CY-001',
      ...(ingestName === 'open_house' && { OpenHouseStatus: 'Active' }),
      ...Object.fromEntries(shown),
    }])
  }
}
