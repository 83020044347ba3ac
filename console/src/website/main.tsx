import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { chooseLanguage, preferredLanguage, t } from '../i18n/index.ts'
import { loadConfig } from '../lib/config.ts'
import { Refusal } from '../lib/refusal.ts'
import { applyTheme } from '../lib/theme.ts'
import '../styles.css'
import { Website } from './website.tsx'

/** An example of a website: it has the publishable key, nobody signs in, and it sees what anybody may see. */
applyTheme()
// what was refused would be refused again
const retry = (count: number, error: unknown) =>
  count < 2 && [0, 502, 503, 504].includes(Refusal.of(error).status)
const queries = new QueryClient({ defaultOptions: { queries: { staleTime: 30_000, retry } } })
const root = createRoot(document.getElementById('root')!)
try {
  await Promise.all([chooseLanguage(preferredLanguage()), loadConfig()])
  root.render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Website />
      </QueryClientProvider>
    </StrictMode>,
  )
} catch (error) {
  console.error(error)
  root.render(<p role='alert' className='p-8'>{t('common.no_config')}</p>)
}
