import type { Pool } from 'pg'
export const runWebhooks = (_pool: Pool, _options: unknown = {}): Promise<unknown> => Promise.resolve({})
