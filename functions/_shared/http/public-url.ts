import { env } from './env.ts'
import { HubError } from './errors.ts'

/**
 * The public base URL of the functions, without a trailing slash: `https://<host>/functions/v1`.
 * It comes from configuration and never from the request, whose Host header a caller chooses: links and the
 * token issuer must not follow it. On hosted Supabase it defaults to the project's own address.
 *
 * @throws HubError `not_configured` (503) when neither MLS_PUBLIC_URL nor SUPABASE_URL is set.
 */
export function publicUrl(): string {
  const project = env('SUPABASE_URL')
  const base = env('MLS_PUBLIC_URL') ?? (project && `${project.replace(/\/+$/, '')}/functions/v1`)
  if (!base) {
    throw new HubError('not_configured', 'The hub has no public address: set MLS_PUBLIC_URL.')
  }
  return base.replace(/\/+$/, '')
}
