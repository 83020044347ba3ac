import type { Settings } from './settings.ts'
import type { Step } from './step.ts'

export function healthStep({ functionSecrets }: Settings): Step {
  const url = `${functionSecrets.MLS_PUBLIC_URL}/health`
  return {
    title: 'Ask for its health',
    shown: [`GET ${url}`],
    run: async (report) => {
      const response = await fetch(url, { signal: AbortSignal.timeout(30_000) })
      const answer = await response.text()
      if (response.ok) return report(answer)
      throw new Error(
        `${url} answers ${response.status}: ${answer} The log of the function says why (dashboard, Edge Functions, health). ` +
          'Of "certificate": put that of the database into MLS_DB_CA (dashboard, Database, Settings, SSL).',
      )
    },
  }
}
