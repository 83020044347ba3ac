import { useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useLocation, useRouterState } from '@tanstack/react-router'
import { LogOut, Menu, WifiOff } from 'lucide-react'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { t, textOf } from '../i18n/index.ts'
import { borrowed, useBorrowed } from '../lib/borrowed.ts'
import { useSignals } from '../lib/live.ts'
import { reaches } from '../lib/scopes.ts'
import { useAccess, useSession } from '../lib/session.tsx'
import { Button } from '../ui/button.tsx'
import { Empty, Skeleton } from '../ui/parts.tsx'
import { Expired } from './expired.tsx'
import { useKeptFocus } from './focus.ts'
import { groups, leastScope } from './navigation.ts'
import { Preferences } from './preferences.tsx'
import { SignIn } from './sign-in.tsx'

/** Around every page: who one is, where one can go, whether the hub is reached. */
export function Shell() {
  const { session } = useSession()
  if (session === undefined) {
    return (
      <div className='p-8'>
        <Skeleton />
      </div>
    )
  }
  return session ? <SignedIn /> : <SignIn />
}

function SignedIn() {
  const { expired } = useSession()
  const access = useAccess()
  const { pathname } = useLocation()
  // the address changes at once; this follows when the page that it names is drawn
  const drawn = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation })
  const [menu, setMenu] = useState(false)
  useSignals(!!access && !expired)
  useEffect(() => setMenu(false), [pathname])
  useKeptFocus()
  const least = leastScope(pathname)
  return (
    <div className='min-h-screen md:grid md:grid-cols-[13.5rem_1fr]'>
      <a
        href='#content'
        className='sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:bg-card focus:p-2'
      >
        {t('nav.skip')}
      </a>
      <aside className='border-r bg-card md:sticky md:top-0 md:h-screen md:overflow-y-auto'>
        <div className='flex items-center justify-between p-3'>
          <span className='font-semibold'>{t('nav.title')}</span>
          <Button
            kind='quiet'
            className='md:hidden'
            aria-expanded={menu}
            aria-label={t('nav.menu')}
            onClick={() => setMenu(!menu)}
          >
            <Menu size={18} aria-hidden />
          </Button>
        </div>
        <div className={menu ? 'block' : 'hidden md:block'}>
          <nav aria-label={t('nav.pages')} className='space-y-3 px-2 pb-3'>
            {groups.map(({ label, places }) => {
              const open = places.filter(({ least }) => reaches(access?.scope, least))
              if (open.length === 0) return null
              return (
                <div key={label}>
                  <p className='px-2 pb-1 text-xs font-semibold text-muted'>{t(label)}</p>
                  <ul>
                    {open.map(({ to, label, icon: Icon }) => (
                      <li key={to}>
                        <Link
                          to={to}
                          className='flex min-h-9 items-center gap-2 rounded-md px-2 text-sm hover:bg-sunken'
                          activeProps={{
                            className: 'bg-accent-soft font-medium text-accent',
                            'aria-current': 'page',
                          }}
                        >
                          <Icon size={16} aria-hidden />
                          {t(label)}
                        </Link>
                      </li>
                    ))}
                  </ul>
                </div>
              )
            })}
          </nav>
          <Who />
        </div>
      </aside>
      <div className='min-w-0'>
        <Offline />
        <Borrowed />
        <main
          id='content'
          data-page={drawn?.pathname}
          data-search={drawn?.searchStr}
          tabIndex={-1}
          className='mx-auto max-w-[90rem] p-4 md:p-6'
        >
          {access?.problems.length ? <Problems problems={access.problems} /> : null}
          {access === undefined
            ? <Skeleton />
            : reaches(access.scope, least)
            ? <Outlet />
            : <Empty>{t('common.not_yours', { scope: textOf('scope', least) })}</Empty>}
        </main>
      </div>
      {expired && <Expired />}
    </div>
  )
}

function Who() {
  const { session, signOut } = useSession()
  const access = useAccess()
  return (
    <div className='space-y-2 border-t p-3 text-sm'>
      <Link to='/access' className='block rounded hover:underline'>
        <span className='foreign block font-medium'>{session?.user.email}</span>
        {access && (
          <span className='block text-xs text-muted'>
            {[access.tenant_code, textOf('scope', access.scope)].filter(Boolean).join(' · ')}
          </span>
        )}
      </Link>
      <Preferences />
      <Button kind='quiet' icon={<LogOut size={15} aria-hidden />} onClick={() => signOut()}>
        {t('nav.sign_out')}
      </Button>
    </div>
  )
}

function Problems({ problems }: { problems: string[] }) {
  return (
    <div role='alert' className='mb-4 rounded-lg border border-warn bg-warn-soft p-3 text-warn'>
      <p className='font-medium'>{t('access.problems')}</p>
      <ul className='list-disc pl-5 text-sm'>
        {problems.map((one) => <li key={one} className='foreign'>{one}</li>)}
      </ul>
    </div>
  )
}

/** Whose eyes one looks through, and the way back. */
function Borrowed() {
  const client = useQueryClient()
  const now = useBorrowed()
  useEffect(() => {
    if (!now) return
    const timer = setTimeout(() => (borrowed.set(undefined), client.resetQueries()), now.until - Date.now())
    return () => clearTimeout(timer)
  }, [now, client])
  if (!now) return null
  return (
    <p role='status' className='flex flex-wrap items-center gap-3 bg-warn-soft px-4 py-2 text-sm text-warn'>
      <span className='foreign'>{t('view_as.now', { name: now.name })}</span>
      <Button onClick={() => (borrowed.set(undefined), client.resetQueries())}>{t('view_as.end')}</Button>
    </p>
  )
}

function Offline() {
  const online = useSyncExternalStore(
    (tell) => {
      addEventListener('online', tell)
      addEventListener('offline', tell)
      return () => {
        removeEventListener('online', tell)
        removeEventListener('offline', tell)
      }
    },
    () => navigator.onLine,
  )
  if (online) return null
  return (
    <p role='status' className='flex items-center gap-2 bg-warn-soft px-4 py-2 text-sm text-warn'>
      <WifiOff size={16} aria-hidden /> {t('common.offline')}
    </p>
  )
}
