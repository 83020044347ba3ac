/** The API reference as OpenAPI 3.1, made from the dictionary as `$metadata` is, so that they cannot differ. */
import { errorCatalogue } from '../http/catalogue.ts'
import { modelFor, type Profile } from '../query/model.ts'
import { resources } from '../reso/dictionary.ts'
import { queryParameters } from './parameters.ts'
import { commonPaths, resourcePaths } from './paths.ts'
import { type Json, pageSchema, recordSchema } from './schemas.ts'

/** Everything that a client could be granted: names are no secret, records are. */
const allGrants = resources.flatMap(({ name }) => [name, `${name}.*`])

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
    security: [{ token: [] }],
    tags: ['Access', ...types.map(({ name }) => name)].map((name) => ({ name })),
    paths: Object.assign({}, commonPaths, ...types.map(resourcePaths)),
    components: {
      securitySchemes: {
        token: {
          type: 'oauth2',
          flows: { clientCredentials: { tokenUrl: `${root}/oauth/token`, scopes: {} } },
        },
      },
      parameters: queryParameters,
      responses: {
        TokenError: {
          description: 'Why there is no token, as RFC 6749 has it',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/TokenError' } } },
        },
        Error: {
          description: 'What is wrong, where, and how to mend it',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
        },
      },
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

const errorSchema: Json = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { type: 'string', enum: Object.keys(errorCatalogue) },
        message: { type: 'string' },
        target: { type: 'string', description: 'The parameter or field concerned' },
      },
    },
  },
}

const tokenErrorSchema: Json = {
  type: 'object',
  required: ['error', 'error_description'],
  properties: { error: { type: 'string' }, error_description: { type: 'string' } },
}
