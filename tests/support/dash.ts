import { dashEnvironment } from '../../scripts/stack/sandbox-dash/environment.ts'
import { type SandboxSecrets, startSandboxDash } from '../../scripts/stack/sandbox-dash/server.ts'
import type { Calls, Listing } from '../../scripts/stack/sandbox-dash/store.ts'
import type { FaultSettings } from '../../scripts/stack/sandbox-dash/faults.ts'

/** A sandbox Dash of one's own, inspected over HTTP as anybody would. */
export interface TestDash {
  url: string
  /** The environment with which functions reach it. */
  environment: Record<string, string>
  listings(): Promise<Listing[]>
  calls(): Promise<Calls[]>
  faults(settings: Partial<FaultSettings>): Promise<Response>
  revokeTokens(): Promise<void>
  /** Removes a listing for good. */
  forget(reference: string): Promise<void>
  /** Calls that were under way at once, at most. */
  concurrency(): number
  close(): Promise<void>
}

export async function startDash(options: { tokenSeconds?: number } = {}): Promise<TestDash> {
  const secrets: SandboxSecrets = { clientId: 'test', clientSecret: 'test-secret', apiKey: 'test-key' }
  const { url, close, concurrency } = await startSandboxDash({ port: 0, ...secrets, ...options })
  const get = async (path: string) => await (await fetch(url + path)).json()
  return {
    url,
    environment: dashEnvironment(url, secrets),
    listings: () => get('/sandbox/listings'),
    calls: () => get('/sandbox/calls'),
    faults: (settings) => fetch(`${url}/sandbox/faults`, { method: 'POST', body: JSON.stringify(settings) }),
    revokeTokens: async () => void await fetch(`${url}/sandbox/tokens/revoke`, { method: 'POST' }),
    forget: async (reference) =>
      void await fetch(`${url}/sandbox/forget?reference=${encodeURIComponent(reference)}`, {
        method: 'POST',
      }),
    concurrency,
    close,
  }
}
