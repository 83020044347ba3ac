import { openApiDocument } from '../../functions/_shared/openapi/document.ts'
import type { Profile } from '../../functions/_shared/odata/model/model.ts'

/** As much of OpenAPI 3.1 as the document of the hub has. */
export interface Schema {
  type?: string | string[]
  format?: string
  items?: Schema
  oneOf?: Schema[]
  description?: string
  maxLength?: number
  properties?: Record<string, Schema>
  $ref?: string
  'x-lookup'?: string
  'x-sensitive'?: true
  'x-precision'?: number
  'x-scale'?: number
}

export interface Parameter {
  name: string
  in: string
  required: boolean
  schema: Schema
  description?: string
  example?: unknown
}

export interface Operation {
  operationId: string
  tags: [string]
  summary: string
  parameters?: (Parameter | { $ref: string })[]
  responses: Record<string, { description?: string; content?: Record<string, { example?: unknown }> }>
  'x-codeSamples': { source: string }[]
}

export interface Document {
  info: { title: string; version: string; description: string }
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, Operation>>
  components: {
    parameters: Record<string, Parameter>
    schemas: Record<string, Schema>
    responses: Record<string, { content: Record<string, { example?: unknown }> }>
  }
}

/** The document that `GET /admin/openapi.json` answers, for a hub at `root`. */
export function readDocument(root: string, profile: Profile): Document {
  return openApiDocument(root, profile) as unknown as Document
}

/** The operations of one tag, with their addresses. */
export function operationsOf({ paths }: Document, tag: string) {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).filter(([, { tags }]) => tags.includes(tag)).map(([method, operation]) => ({
      method,
      path,
      operation,
    }))
  )
}
