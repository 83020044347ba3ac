/** How far somebody's access reaches, the nearest first. */
export const scopes = ['self', 'team', 'global', 'org_admin', 'system_admin'] as const
export type Scope = typeof scopes[number]

/** Whether a scope reaches as far as another. */
export function reaches(scope: Scope | undefined, least: Scope): boolean {
  return scope !== undefined && scopes.indexOf(scope) >= scopes.indexOf(least)
}
