import { HubError } from '../_shared/http/errors.ts'
import { ofThePlatform } from '../_shared/http/query-parameters.ts'
import type { BatchOptions } from '../_shared/ingest/merge-batch.ts'
import type { Resource } from '../_shared/reso/types.ts'

const runId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const visible = /^[\x21-\x7e]{1,255}$/

/**
 * Reads `?run=`, `?dry_run=`, `?absent=` and `Idempotency-Key`. A parameter that does not exist is refused: a misspelt
 * `dryrun=true` must not write.
 *
 * @throws HubError invalid_parameter (400)
 */
export function readBatchOptions(request: Request, resource: Resource): BatchOptions {
  const query = new URL(request.url).searchParams
  for (const name of query.keys()) {
    if (name === ofThePlatform) continue
    if (!['run', 'dry_run', 'absent'].includes(name)) {
      refuse(name, 'is unknown; there are run, dry_run and absent')
    }
    if (query.getAll(name).length > 1) refuse(name, 'is given more than once')
  }
  const run = query.get('run') ?? undefined
  if (run !== undefined && !runId.test(run)) {
    refuse('run', 'must be the run_id that POST /ingest/runs answered')
  }
  const dryRun = query.get('dry_run') ?? 'false'
  if (dryRun !== 'true' && dryRun !== 'false') refuse('dry_run', 'must be true or false')
  const absent = query.get('absent') ?? undefined
  if (absent !== undefined && absent !== 'keep' && absent !== 'null') refuse('absent', 'must be keep or null')
  const key = request.headers.get('Idempotency-Key') ?? undefined
  if (key !== undefined && !visible.test(key)) {
    refuse('Idempotency-Key', 'must have 1 to 255 visible ASCII characters, such as a UUID')
  }
  const canonical = new URLSearchParams({
    ...(absent && { absent }),
    ...(dryRun === 'true' && { dry_run: dryRun }),
    ...(run && { run }),
  })
  return {
    run_id: run,
    absent,
    dry_run: dryRun === 'true',
    idempotency_key: key,
    request_path: `/ingest/${resource.ingestName}${canonical.size > 0 ? `?${canonical}` : ''}`,
  }
}

function refuse(target: string, what: string): never {
  throw new HubError('invalid_parameter', `${target} ${what}.`, { target })
}
