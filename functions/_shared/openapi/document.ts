/** The API reference as OpenAPI 3.1, made from the dictionary as `$metadata` is, so that they cannot differ. */
import { modelFor, type Profile } from '../odata/model/model.ts'
import { derivedResources, resources } from '../reso/dictionary.ts'
import type { Resource } from '../reso/types.ts'
import { adminPaths, adminTag } from './admin-paths.ts'
import { ingestPaths, ingestTag } from './ingest-paths.ts'
import { parameters } from './parameters.ts'
import { commonPaths, resourcePaths } from './paths.ts'
import { errorSchema, headers, responses, tokenErrorSchema } from './responses.ts'
import { routerPaths, routerTag } from './router-paths.ts'
import { propertiesTag, searchPaths, searchTag } from './search-paths.ts'
import { problemResponse, sourcesPaths, sourcesTag } from './sources-paths.ts'
import { webhooksPaths, webhooksTag } from './webhooks-paths.ts'
import { type Json, pageSchema, recordSchema } from './schemas.ts'

/** Everything that a client could be granted: names are no secret, records are. */
const allGrants = [...resources, ...derivedResources].flatMap(({ name }) => [name, `${name}.*`])

/** `root` is the public address of the functions; `profile` decides how multi-valued fields look. */
export function openApiDocument(root: string, profile: Profile): Json {
  const types = [...modelFor(profile, allGrants).entityTypes.values()]
  return {
    openapi: '3.1.0',
    info: {
      title: 'MLS hub',
      version: '1.0.0',
      description:
        `RESO Web API in profile ${profile}. A client sees the records of its offices, and sensitive resources and fields only where it was granted them.`,
    },
    servers: [{ url: root }],
    security: [{ token: ['odata'] }],
    tags: [
      { name: 'Access', description: 'Tokens, and what they open.' },
      ...types.map(({ name, resource }) => ({ name, description: describe(resource) })),
      ingestTag,
      searchTag,
      propertiesTag,
      routerTag,
      sourcesTag,
      adminTag,
      webhooksTag,
    ],
    paths: Object.assign(
      {},
      commonPaths,
      ...types.map((type) => resourcePaths(root, type)),
      ingestPaths,
      searchPaths,
      routerPaths,
      sourcesPaths,
      adminPaths,
      webhooksPaths,
    ),
    components: {
      securitySchemes: {
        token: {
          type: 'oauth2',
          flows: {
            clientCredentials: {
              tokenUrl: `${root}/oauth/token`,
              scopes: {
                odata: 'Read the RESO Web API, and add and edit where that is granted',
                ingest: 'Send records',
                admin: 'Manage the hub',
              },
            },
          },
        },
        client: { type: 'http', scheme: 'basic', description: 'client_id and client_secret, for a token' },
      },
      parameters,
      responses: { ...responses, Problem: problemResponse },
      headers,
      schemas: {
        ...Object.fromEntries(
          types.flatMap((type) => [[type.name, recordSchema(type)], [`${type.name}Page`, pageSchema(type)]]),
        ),
        Error: errorSchema,
        TokenError: tokenErrorSchema,
      },
    },
  }
}

function describe({ description, restricted }: Resource): string {
  return `${description}${restricted ? ' Only for clients that were granted it.' : ''}`
}
