/** What a client may be allowed to do, one scope per group of doors. The same list guards mls_api_clients.scopes. */
export const scopes = ['ingest', 'odata', 'admin'] as const

export type Scope = typeof scopes[number]

export function isScope(name: string): name is Scope {
  return (scopes as readonly string[]).includes(name)
}
