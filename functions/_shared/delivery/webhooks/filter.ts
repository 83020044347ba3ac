import { HubError } from '../../http/errors.ts'
import type { ClientContext } from '../../oauth/client-context.ts'
import { readerOf } from '../../oauth/reader-of.ts'
import { withHubErrors } from '../../odata/hub-errors.ts'
import { modelFor } from '../../odata/model/model.ts'
import { type Plan, planCollection } from '../../odata/plan/plan.ts'
import { countStatement } from '../../odata/sql/collection.ts'
import { readRows } from '../../odata/sql/read.ts'
import { parseQueryOptions } from '../../odata/syntax/parser.ts'

/**
 * The plan of a subscription's $filter for the record of a key (any, to check the filter): the grammar, the names and
 * the rights are those of the Web API.
 *
 * @throws HubError as the Web API answers for the same filter
 */
export function planFilter(client: ClientContext, resource: string, filter: string | null, key = ''): Plan {
  const model = modelFor(client.profile, client.grants)
  const type = model.entityTypes.get(resource)
  if (!type) throw new HubError('unknown_resource', `There is no resource ${resource} for this client.`)
  const isRecord = `${type.key} eq '${key.replaceAll("'", "''")}'`
  const text = filter ? `(${filter}) and ${isRecord}` : isRecord
  return withHubErrors(() => {
    if (filter) parseQueryOptions(`$filter=${encodeURIComponent(filter)}`)
    return planCollection(model, type, parseQueryOptions(`$filter=${encodeURIComponent(text)}`))
  })
}

/** Whether the client sees the record now and it meets the filter. */
export async function meetsFilter(
  client: ClientContext,
  resource: string,
  filter: string,
  key: string,
): Promise<boolean> {
  const reader = readerOf(client)
  const statement = countStatement(planFilter(client, resource, filter, key), reader)
  const [row] = await withHubErrors(() => readRows(reader, statement))
  return Number(row?.[0] ?? 0) > 0
}
