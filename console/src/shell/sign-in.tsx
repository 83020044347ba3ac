import { type FormEvent, useState } from 'react'
import { t, textOf, useLanguage } from '../i18n/index.ts'
import { config } from '../lib/config.ts'
import { words } from '../lib/format.ts'
import { Refusal } from '../lib/refusal.ts'
import { useSession } from '../lib/session.tsx'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/fields.tsx'
import { Preferences } from './preferences.tsx'

export function SignIn() {
  useLanguage()
  const { signIn } = useSession()
  const [error, setError] = useState<string>()
  const [busy, setBusy] = useState<string>()
  const demo = config().demoUsers ?? []

  const enter = async (email: string, password: string) => {
    setBusy(email)
    setError(undefined)
    await signIn(email, password).catch((failure) => setError(reason(failure)))
    setBusy(undefined)
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    enter(String(given.get('email')), String(given.get('password')))
  }

  return (
    <main className='mx-auto max-w-md space-y-5 p-6 pt-[10vh]'>
      <div>
        <h1 className='text-2xl font-semibold'>{t('sign_in.title')}</h1>
        <p className='mt-1 text-muted'>{t('sign_in.intro')}</p>
      </div>
      <form onSubmit={submit} className='space-y-3 rounded-lg border bg-card p-4'>
        <Input label={t('sign_in.email')} name='email' type='email' autoComplete='username' required />
        <Input
          label={t('sign_in.password')}
          name='password'
          type='password'
          autoComplete='current-password'
          required
        />
        {error && <p role='alert' className='foreign text-sm font-medium text-bad'>{error}</p>}
        <Button kind='primary' type='submit' busy={busy !== undefined} className='w-full'>
          {t('sign_in.submit')}
        </Button>
      </form>
      {demo.length > 0 && (
        <section className='rounded-lg border bg-card p-4'>
          <h2 className='font-semibold'>{t('sign_in.demo')}</h2>
          <p className='mb-3 text-sm text-muted'>{t('sign_in.demo_intro')}</p>
          <ul className='space-y-2'>
            {demo.map(({ name, email, password, market, scope }) => (
              <li key={name}>
                <Button
                  className='w-full justify-between!'
                  busy={busy === email}
                  onClick={() => enter(email, password)}
                >
                  <span>{words(name)}</span>
                  <span className='font-normal text-muted'>{market} · {textOf('scope', scope)}</span>
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Preferences />
    </main>
  )
}

export function reason(failure: unknown): string {
  const refusal = Refusal.of(failure)
  if (refusal.code === 'offline') return t('refusal.offline')
  return refusal.status === 400 ? t('sign_in.wrong') : refusal.message
}
