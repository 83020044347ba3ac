import { publicUrl } from '../../http/public-url.ts'

export const bodyFormats = ['standard', 'reso'] as const

/** `standard`: as Standard Webhooks has it. `reso`: an EntityEvent as RCP-28 pushes it, in RESO Common Format. */
export type BodyFormat = typeof bodyFormats[number]

/** An event as subscribers are told of it. */
export interface Event {
  sequence: string
  resource: string
  record_key: string
  kind: 'created' | 'updated' | 'deleted'
}

const context = { '@reso.context': 'urn:reso:metadata:2.0:resource:entityevent' }

/** Thin: who wants the record reads it, with the rights that hold then. */
export function eventBody({ sequence, resource, record_key, kind }: Event, format: BodyFormat): string {
  const url = `${publicUrl()}/odata/${resource}('${encodeURIComponent(record_key.replaceAll("'", "''"))}')`
  if (format === 'reso') {
    return JSON.stringify({
      ...context,
      // a number in RESO's words, and within what a double holds (microseconds since 1970)
      EntityEventSequence: Number(sequence),
      ResourceName: resource,
      ResourceRecordKey: record_key,
      ResourceRecordUrl: url,
    })
  }
  return JSON.stringify({
    type: `${resource.toLowerCase()}.${kind}`,
    timestamp: new Date(Number(BigInt(sequence) / 1000n)).toISOString(),
    data: { resource, key: record_key, kind, sequence, url },
  })
}

/** A body that tells of nothing: to try an address. In RESO's words a batch of no events. */
export function testBody(subscription: string, format: BodyFormat): string {
  return JSON.stringify(
    format === 'reso'
      ? { ...context, value: [] }
      : { type: 'test', timestamp: new Date().toISOString(), data: { subscription } },
  )
}
