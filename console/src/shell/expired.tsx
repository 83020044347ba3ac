import { type FormEvent, useState } from 'react'
import { t } from '../i18n/index.ts'
import { useSession } from '../lib/session.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Input } from '../ui/fields.tsx'
import { reason } from './sign-in.tsx'

/** The session ended. The page below stays as it is, with all that was typed. */
export function Expired() {
  const { session, signIn, signOut } = useSession()
  const [error, setError] = useState<string>()
  const [busy, setBusy] = useState(false)
  const email = session?.user.email ?? ''

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setBusy(true)
    await signIn(email, String(new FormData(event.currentTarget).get('password')))
      .catch((failure) => setError(reason(failure)))
    setBusy(false)
  }
  return (
    <Dialog open title={t('expired.title')} intro={t('expired.intro')}>
      <form onSubmit={submit} className='space-y-3'>
        <Input label={t('sign_in.email')} value={email} readOnly autoComplete='username' />
        <Input
          label={t('sign_in.password')}
          name='password'
          type='password'
          autoComplete='current-password'
          required
          autoFocus
          error={error}
        />
        <div className='flex gap-2'>
          <Button kind='primary' type='submit' busy={busy}>{t('sign_in.submit')}</Button>
          <Button kind='quiet' onClick={() => signOut()}>{t('nav.sign_out')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
