import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useState } from 'react'
import { Toaster } from 'sonner'
import { useLanguage } from './i18n/index.ts'
import { Refusal } from './lib/refusal.ts'
import { SessionProvider, useSession } from './lib/session.tsx'
import { router } from './router.tsx'

export function App() {
  return (
    <SessionProvider>
      <Queries />
    </SessionProvider>
  )
}

function Queries() {
  const { noteExpired, session } = useSession()
  const language = useLanguage()
  const [client] = useState(() => createClient((error) => error.isExpiredSession && noteExpired()))
  return (
    <QueryClientProvider client={client} key={session?.user.id}>
      <RouterProvider router={router} key={language} />
      <Toaster position='bottom-right' closeButton richColors theme='system' />
    </QueryClientProvider>
  )
}

/** What cannot be reached is tried again, what was refused is not: it would be refused again. */
function createClient(onRefusal: (refusal: Refusal) => void): QueryClient {
  const onError = (error: unknown) => onRefusal(Refusal.of(error))
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (count, error) => count < 2 && [0, 502, 503, 504].includes(Refusal.of(error).status),
      },
    },
  })
}
