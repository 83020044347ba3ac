import type { Session } from '@supabase/supabase-js'
import { useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import { borrowed } from './borrowed.ts'
import { drafts } from './drafts.ts'
import { answer, hub, ownHub } from './hub.ts'
import { Refusal } from './refusal.ts'
import type { Scope } from './scopes.ts'

/** What the database makes of the token: rpc `my_access`. */
export interface Access {
  user_id: string | null
  tenant_id: string | null
  tenant_code: string | null
  scope: Scope
  crud: string
  team_ids: string[]
  acts_for: string[] | null
  sees_whole_tenant: boolean
  is_admin: boolean
  problems: string[]
}

interface SessionState {
  /** Undefined until the stored session was looked for. */
  session: Session | null | undefined
  /** The session ended while somebody was at work: the page stays, a dialog asks to sign in again. */
  expired: boolean
  noteExpired(): void
  signIn(email: string, password: string): Promise<void>
  signOut(): Promise<void>
}

const Context = createContext<SessionState | undefined>(undefined)

export function SessionProvider({ children }: { children: ReactNode }) {
  const [session, setSession] = useState<Session | null | undefined>(undefined)
  const [expired, setExpired] = useState(false)

  useEffect(() => {
    const { auth } = ownHub()
    let last: string | undefined
    auth.getSession().then(({ data }) => setSession(data.session))
    const { data } = auth.onAuthStateChange((event, now) => {
      // a refresh that failed: whoever was at work keeps the page
      if (event === 'SIGNED_OUT') return setExpired(true)
      // somebody else signed in, here or in another tab
      if (last && now && now.user.id !== last) forgetPerson()
      last = now?.user.id ?? last
      setSession(now)
      if (now) setExpired(false)
    })
    return () => data.subscription.unsubscribe()
  }, [])

  const noteExpired = useCallback(() => setExpired(true), [])
  const state = useMemo<SessionState>(() => ({
    session,
    expired: expired && !!session,
    noteExpired,
    signIn: async (email, password) => {
      const { error } = await ownHub().auth.signInWithPassword({ email, password })
      if (error) throw Refusal.of(error, error.status)
      setExpired(false)
    },
    signOut: async () => {
      forgetPerson()
      setExpired(false)
      setSession(null)
      await ownHub().auth.signOut({ scope: 'local' })
    },
  }), [session, expired, noteExpired])
  return <Context value={state}>{children}</Context>
}

/** Nothing of one person is left for the next. */
function forgetPerson(): void {
  borrowed.set(undefined)
  drafts.dropAll()
}

export function useSession(): SessionState {
  const state = useContext(Context)
  if (!state) throw new Error('useSession() stands outside of <SessionProvider>.')
  return state
}

export const accessKey = ['access'] as const

export function useAccess(): Access | undefined {
  const { session } = useSession()
  const { data } = useQuery({
    queryKey: [...accessKey, session?.user.id],
    enabled: !!session,
    staleTime: 60_000,
    queryFn: async () => await answer(hub().rpc('my_access')) as unknown as Access,
  })
  return data
}
