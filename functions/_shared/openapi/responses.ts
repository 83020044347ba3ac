/** Answers and headers that operations share. */
import { errorCatalogue } from '../http/catalogue.ts'
import type { Json } from './schemas.ts'

/** Headers of answers, by the name under which they are referred to. */
export const headers: Record<string, Json> = {
  'RateLimit-Policy': {
    description: 'The quota: q requests in w seconds',
    schema: { type: 'string' },
    example: '"minute";q=600;w=60',
  },
  RateLimit: {
    description: 'What is left of it: r requests in the t seconds until it is whole again',
    schema: { type: 'string' },
    example: '"minute";r=598;t=41',
  },
  'Retry-After': {
    description: 'Seconds until the next request is worth while',
    schema: { type: 'integer', minimum: 1 },
    example: 41,
  },
  'Preference-Applied': {
    description: 'The size of a page, where Prefer asked for one',
    schema: { type: 'string' },
    example: 'odata.maxpagesize=1000',
  },
}

export function useHeaders(...names: string[]): Json {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))
}

/** On every answer to a client that is known, errors included. */
export const quotaHeaders = useHeaders('RateLimit-Policy', 'RateLimit')

/** What an operation of the API answers when it does not answer what it is for. */
export const refusals: Json = {
  429: { $ref: '#/components/responses/TooManyRequests' },
  default: { $ref: '#/components/responses/Error' },
}

function errorResponse(description: string, headers: Json, error: Json): Json {
  const content = { schema: { $ref: '#/components/schemas/Error' }, example: { error } }
  return { description, headers, content: { 'application/json': content } }
}

export const responses: Record<string, Json> = {
  TokenError: {
    description: 'Why there is no token, as RFC 6749 has it',
    content: { 'application/json': { schema: { $ref: '#/components/schemas/TokenError' } } },
  },
  TooManyWrongSecrets: {
    description:
      'More than ten wrong secrets of a client came from one address within a minute: wait as long as Retry-After says',
    headers: useHeaders('Retry-After'),
    content: { 'application/json': { schema: { $ref: '#/components/schemas/TokenError' } } },
  },
  TooManyRequests: errorResponse(
    'The quota of this minute is used up: wait as long as Retry-After says, then send the same request',
    { ...quotaHeaders, ...useHeaders('Retry-After') },
    { code: 'rate_limited', message: 'More than 600 requests in a minute: go on in 41 s.' },
  ),
  Error: errorResponse('What is wrong, where, and how to mend it', quotaHeaders, {
    code: 'unknown_field',
    message: "'ListPrise' is not a field of Property; did you mean 'ListPrice'? ($filter, position 0)",
    target: '$filter',
  }),
}

export const errorSchema: Json = {
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
        details: {
          type: 'array',
          description: 'Of a record that was sent: each of its faults, by fields',
          items: {
            type: 'object',
            required: ['code', 'message'],
            properties: {
              code: { type: 'string' },
              target: { type: 'string', description: 'The field' },
              message: { type: 'string' },
            },
          },
        },
      },
    },
  },
}

export const tokenErrorSchema: Json = {
  type: 'object',
  required: ['error', 'error_description'],
  properties: { error: { type: 'string' }, error_description: { type: 'string' } },
}
