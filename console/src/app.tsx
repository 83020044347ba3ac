import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useMemo } from 'react'
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
  const user = session?.user.id
  // one for each person: what one has read is not for who signs in next
  const client = useMemo(
    () => createClient((error) => error.isExpiredSession && noteExpired()),
    [user, noteExpired],
  )
  return (
    <QueryClientProvider client={client} key={user}>
      <RouterProvider router={router} key={language} />
      <Toaster
        position='bottom-right'
        closeButton
        richColors
        theme='system'
        toastOptions={{ classNames: { title: 'foreign', description: 'foreign' } }}
      />
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
