import type { EntityType } from '../odata/model/model.ts'
import { curlSample, shellSample } from './code-samples.ts'
import { change, creation } from './edit-operations.ts'
import { exampleKey, listOptions, pageExample, recordExample } from './examples.ts'
import { ofCollections, ofCounts, ofRecords } from './parameters.ts'
import { quotaHeaders, refusals, useHeaders } from './responses.ts'
import type { Json } from './schemas.ts'

function answer(description: string, schema: Json, media = 'application/json', example?: unknown): Json {
  const content = { [media]: { schema, ...(example !== undefined && { example }) } }
  return { 200: { description, headers: quotaHeaders, content }, ...refusals }
}

/** The addresses of one resource: its collection, its count and its records. */
export function resourcePaths(root: string, { name, key, properties, resource }: EntityType): Json {
  const record = { $ref: `#/components/schemas/${name}` }
  const isText = properties.get(key)!.edm.name === 'Edm.String'
  const place = isText ? `'{${key}}'` : `{${key}}`
  const keyExample = exampleKey(resource)
  const { filter } = resource.example
  const keyParameter = {
    name: key,
    in: 'path',
    required: true,
    schema: { type: isText ? 'string' : 'integer' },
    example: keyExample,
  }
  return {
    [`/odata/${name}`]: {
      get: {
        operationId: `list${name}`,
        tags: [name],
        summary: `Records of ${name}, page by page`,
        parameters: ofCollections,
        responses: {
          200: {
            description: 'A page',
            headers: { ...quotaHeaders, ...useHeaders('Preference-Applied') },
            content: {
              'application/json': {
                schema: { $ref: `#/components/schemas/${name}Page` },
                example: pageExample(root, resource),
              },
            },
          },
          ...refusals,
        },
        ...curlSample(`/odata/${name}`, listOptions(resource)),
      },
      ...creation(name),
    },
    [`/odata/${name}/$count`]: {
      get: {
        operationId: `count${name}`,
        tags: [name],
        summary: `How many records of ${name} there are`,
        parameters: ofCounts,
        responses: answer('The number', { type: 'integer' }, 'text/plain', 1),
        ...curlSample(`/odata/${name}/$count`, [['$filter', filter]]),
      },
    },
    [`/odata/${name}(${place})`]: {
      get: {
        operationId: `get${name}`,
        tags: [name],
        summary: `One record of ${name}`,
        parameters: [
          keyParameter,
          ...ofRecords,
        ],
        responses: answer('The record', record, 'application/json', {
          '@odata.context': `${root}/odata/$metadata#${name}/$entity`,
          ...recordExample(resource),
        }),
        ...curlSample(
          `/odata/${name}(${isText ? `'${keyExample}'` : keyExample})`,
          listOptions(resource).filter(([option]) => ['$select', '$expand'].includes(option)),
        ),
      },
      ...change(name, `/odata/${name}('${keyExample}')`, keyParameter),
    },
  }
}

const query = (name: string, example: string): Json => ({
  name,
  in: 'query',
  required: true,
  schema: { type: 'string' },
  example,
})

const tokenSchema: Json = {
  type: 'object',
  required: ['access_token', 'token_type', 'expires_in'],
  properties: {
    access_token: { type: 'string' },
    token_type: { const: 'Bearer' },
    expires_in: { type: 'integer', description: 'Seconds' },
    scope: { type: 'string' },
    mls_view: {
      type: 'string',
      description: 'Another one than before: the client may see other things now and reads everything anew',
    },
  },
}

/** Addresses that belong to no resource. */
export const commonPaths: Json = {
  '/oauth/token': {
    post: {
      operationId: 'getToken',
      tags: ['Access'],
      summary: 'An access token for an hour, by client credentials',
      ...shellSample(
        'curl -s "$F/oauth/token" -u "$CLIENT_ID:$CLIENT_SECRET" \\\n  -d grant_type=client_credentials',
      ),
      security: [{ client: [] }, {}],
      requestBody: {
        required: true,
        content: {
          'application/x-www-form-urlencoded': {
            schema: {
              type: 'object',
              required: ['grant_type'],
              dependentRequired: { client_id: ['client_secret'], client_secret: ['client_id'] },
              properties: {
                grant_type: { const: 'client_credentials' },
                client_id: { type: 'string', description: 'Unless HTTP Basic carries it' },
                client_secret: { type: 'string', description: 'Unless HTTP Basic carries it' },
                scope: {
                  type: 'string',
                  description: 'All scopes of the client without it',
                  example: 'odata',
                },
              },
            },
          },
        },
      },
      responses: {
        200: {
          description: 'The token',
          content: { 'application/json': { schema: tokenSchema } },
        },
        429: { $ref: '#/components/responses/TooManyWrongSecrets' },
        default: { $ref: '#/components/responses/TokenError' },
      },
    },
  },
  '/odata/$metadata': {
    get: {
      operationId: 'getMetadata',
      tags: ['Access'],
      summary: 'Resources and fields that this client sees, as OData CSDL',
      responses: answer('CSDL', { type: 'string' }, 'application/xml'),
      ...curlSample('/odata/$metadata'),
    },
  },
  '/odata/$explain': {
    get: {
      operationId: 'explainRecord',
      tags: ['Access'],
      summary: 'Which rule shows or hides a record from this client',
      parameters: [query('resource', 'Property'), query('key', 'QOBRIX_1')],
      ...curlSample('/odata/$explain', [['resource', 'Property'], ['key', 'QOBRIX_1']]),
      responses: answer('The rule', {
        type: 'object',
        required: ['resource', 'key', 'visible', 'rule', 'explanation'],
        properties: {
          resource: { type: 'string' },
          key: { type: 'string' },
          visible: { type: 'boolean' },
          rule: { type: 'string' },
          explanation: { type: 'string' },
          office: { type: 'string' },
          changed: { type: 'string', format: 'date-time' },
        },
      }),
    },
  },
}
