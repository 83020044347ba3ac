/** RESO Web API Add/Edit: what makes and changes records, for clients that are granted it. */
import { shellSample } from './code-samples.ts'
import { quotaHeaders, refusals } from './responses.ts'
import type { Json } from './schemas.ts'

const examples: Readonly<Record<string, { made: Json; changed: Json }>> = {
  Property: {
    made: { PropertyType: 'Residential', City: 'Paphos', ListPrice: 450000, BedroomsTotal: 2 },
    changed: { ListPrice: 440000 },
  },
  Media: {
    made: {
      ResourceRecordKey: 'MANUAL_0b6f3c7e-3f5e-4c58-9a55-4f1f0d3b8c11',
      MediaURL: 'https://photos.example.com/terrace.jpg',
      MediaCategory: 'Photo',
    },
    changed: { Order: 0, X_IsPrimary: true },
  },
}

const header = (name: string, description: string, example: string): Json => ({
  name,
  in: 'header',
  required: false,
  schema: { type: 'string' },
  description,
  example,
})
const prefer = header('Prefer', 'return=minimal answers 204 with the headers alone', 'return=representation')
const retry = header(
  'Idempotency-Key',
  'Of one request: sent again within seven days, it does nothing twice',
  '5f0c9d1e-8f5b-4c1b-9f5e-7b3f1d2a6c04',
)
const match = header(
  'If-Match',
  'The ETag that was read: 412 where the record has changed since',
  'W/"1796032837716851.1aa1uh0"',
)

/** POST to the collection of a resource; nothing where its records are not made by clients. */
export function creation(name: string): Json {
  const example = examples[name]?.made
  return example === undefined ? {} : {
    post: {
      operationId: `create${name}`,
      ...described(name, 'Makes a record of an office of the client', 'post', `/odata/${name}`, example),
      parameters: [prefer, retry],
      responses: {
        201: answer(name, 'The record as it was stored; Location, EntityId and ETag say which'),
        ...refusals,
      },
    },
  }
}

/** PATCH of a record; `keyParameter` describes the key in its path. */
export function change(name: string, path: string, keyParameter: Json): Json {
  const example = examples[name]?.changed
  return example === undefined ? {} : {
    patch: {
      operationId: `change${name}`,
      ...described(name, 'Changes what is named; what is not stays', 'patch', path, example),
      parameters: [keyParameter, match, prefer, retry],
      responses: { 200: answer(name, 'The record as it is then'), ...refusals },
    },
  }
}

function described(name: string, summary: string, method: string, path: string, example: Json): Json {
  const verb = method === 'post' ? '' : ` -X ${method.toUpperCase()}`
  return {
    tags: [name],
    summary: `${summary} (only for clients that were granted it)`,
    security: [{ token: ['odata'] }],
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` }, example } },
    },
    ...shellSample(
      `curl -s${verb} "$F${path}" -H "Authorization: Bearer $TOKEN" \\\n  -H 'Content-Type: application/json' -d '${
        JSON.stringify(example)
      }'`,
    ),
  }
}

const answer = (name: string, description: string): Json => ({
  description,
  headers: quotaHeaders,
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } },
})
