import { canonicalJson } from '../../json.ts'
import { publicFace } from '../../public-face.ts'
import { toldOf } from '../../told.ts'
import { sha256Hex } from '../../../http/sha256.ts'
import type { Channel } from '../channel.ts'
import { dryRunPrefix, record } from './record.ts'

/** Sends nothing: records the public face of each listing, so that a portal can be tried before it is connected. */
export const recorder: Channel = {
  parts: ['served'],
  async carryOut(job, facts, pool) {
    const known = job.external_id ?? dryRunPrefix + job.listing_id
    if (job.action === 'withdraw') {
      await record(pool, job, 'withdraw', { id: known })
      facts.calls = [{ operation: 'withdraw', status: null, recorded: true }]
      return 'withdrawn'
    }
    const face = publicFace(job)
    const hash = await sha256Hex(canonicalJson(face))
    facts.external_id = known
    if (hash === job.payload_hash) return 'unchanged'
    const operation = job.external_id ? 'update' : 'create'
    await record(pool, job, operation, face)
    facts.calls = [{ operation, status: null, recorded: true }]
    facts.payload_hash = hash
    facts.told = await toldOf(face)
    return 'sent'
  },
}
