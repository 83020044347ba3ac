/** `GET /odata/$explain?resource=Property&key=...`: which rule shows or hides a record from the asking client. */
import { HubError } from '../_shared/http/errors.ts'
import { explainRecord, type Rule } from '../_shared/odata/sql/explain-record.ts'
import { resourceByName } from '../_shared/reso/dictionary.ts'
import type { Call } from './call.ts'
import { jsonResponse } from './json.ts'

/** Every rule by which a record is shown or hidden, with what can be done about it. */
const rules: Record<Rule, string> = {
  served: 'The record is served to you.',
  client_visibility: 'You see published records only, and this one is not published.',
  tenant_visibility: 'Its market shows published listings only, and this one has not been published.',
  origin_deleted: 'Its source has deleted it and no broker has taken it over.',
  workflow: 'It has not reached a state in which it is served: a draft, or one being worked on.',
  removed: 'It was served once and has been removed; EntityEvent tells when.',
  grant: 'The resource needs a grant that you do not have.',
  unknown: 'There is no such record among the offices that you may see.',
}

const plainly = { level: 'minimal', numbersAsText: false } as const

export async function explain(call: Call): Promise<Response> {
  const { reader, model, root } = call
  const name = required(call, 'resource')
  const key = required(call, 'key')
  const resource = resourceByName(name)
  if (!resource) {
    throw new HubError('unknown_resource', `There is no resource ${name.slice(0, 60)} to explain.`, {
      target: 'resource',
    })
  }

  const { rule, office, changed } = model.entityTypes.has(name)
    ? await explainRecord(reader, resource, key)
    : { rule: 'grant' as const }
  const answer = {
    resource: name,
    key,
    visible: rule === 'served',
    rule,
    explanation: rules[rule],
    office,
    changed,
  }
  return jsonResponse(JSON.stringify({ '@odata.context': `${root}/$metadata`, ...answer }), plainly)
}

function required({ options }: Call, name: string): string {
  const value = options.custom.find((option) => option.name === name)?.value
  if (!value) throw new HubError('invalid_parameter', `Add ${name}=... to the query.`, { target: name })
  return value
}
