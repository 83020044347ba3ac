import type { ReactNode } from 'react'
import { t, textOf } from '../i18n/index.ts'
import { words } from '../lib/format.ts'
import { Refusal } from '../lib/refusal.ts'
import { Button } from './button.tsx'
import { cx } from './cx.ts'
import { guardText, remedyOf } from './guards.ts'

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'accent'

const tones: Record<Tone, string> = {
  plain: 'bg-sunken text-ink',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  accent: 'bg-accent-soft text-accent',
}

export function Badge({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span className={cx('inline-block rounded px-1.5 py-0.5 text-xs font-medium', tones[tone])}>
      {children}
    </span>
  )
}

const statusTones: Partial<Record<string, Tone>> = {
  PUBLISHED: 'good',
  ACTIVE: 'good',
  APPROVED: 'good',
  DELIVERED: 'good',
  finished: 'good',
  ok: 'good',
  UNDER_OFFER: 'accent',
  running: 'accent',
  WITHDRAWN: 'bad',
  FAILED: 'bad',
  REJECTED: 'bad',
  failed: 'bad',
  refused: 'bad',
  critical: 'bad',
  PENDING: 'warn',
  PAUSED: 'warn',
  waiting: 'warn',
  queued: 'warn',
  open: 'warn',
  warning: 'warn',
}

export function StatusBadge({ status }: { status: string | null | undefined }) {
  if (!status) return null
  return (
    <Badge tone={statusTones[status] ?? 'plain'}>
      {textOf('status', status) === status ? words(status) : textOf('status', status)}
    </Badge>
  )
}

export function Card(
  { title, actions, children, className }: {
    title?: ReactNode
    actions?: ReactNode
    children: ReactNode
    className?: string
  },
) {
  return (
    <section className={cx('rounded-lg border bg-card p-4', className)}>
      {(title || actions) && (
        <div className='mb-3 flex flex-wrap items-center justify-between gap-2'>
          {title && <h2 className='text-base font-semibold'>{title}</h2>}
          {actions}
        </div>
      )}
      {children}
    </section>
  )
}

/** The head of a page: its one h1, what it is for, what can be done. */
export function PageHead(
  { title, intro, children }: { title: ReactNode; intro?: ReactNode; children?: ReactNode },
) {
  return (
    <header className='mb-4 flex flex-wrap items-end justify-between gap-3'>
      <div className='min-w-0'>
        <h1 className='foreign text-xl font-semibold'>{title}</h1>
        {intro && <p className='mt-0.5 text-sm text-muted'>{intro}</p>}
      </div>
      {children && <div className='flex flex-wrap items-center gap-2'>{children}</div>}
    </header>
  )
}

export function Empty({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className='rounded-lg border border-dashed p-8 text-center text-muted'>
      <p>{children}</p>
      {action && <div className='mt-3'>{action}</div>}
    </div>
  )
}

export function Skeleton({ lines = 6 }: { lines?: number }) {
  return (
    <div role='status' aria-label={t('common.loading')} className='space-y-2'>
      {Array.from(
        { length: lines },
        (_, at) => <div key={at} className='h-9 animate-pulse rounded bg-sunken' />,
      )}
    </div>
  )
}

/** What went wrong, the reason, and what to do about it. */
export function ErrorBox({ error, retry }: { error: unknown; retry?: () => void }) {
  const refusal = Refusal.of(error)
  if (refusal.isMissing) return <Empty>{t('common.missing_part')}</Empty>
  return (
    <div role='alert' className='rounded-lg border border-bad bg-bad-soft p-4 text-bad'>
      <p className='foreign font-medium'>{explain(refusal)}</p>
      {remedyOf(refusal) && <p className='foreign mt-1 text-sm'>{remedyOf(refusal)}</p>}
      <ErrorList errors={refusal.details.errors} />
      {retry && <Button className='mt-2' onClick={retry}>{t('common.retry')}</Button>}
    </div>
  )
}

function ErrorList({ errors }: { errors: unknown }) {
  if (!Array.isArray(errors) || errors.length === 0) return null
  const shown = errors.slice(0, 20)
  return (
    <ul className='mt-1 list-disc pl-5 text-sm'>
      {shown.map((one: { pointer?: string; target?: string; message?: string }, at) => (
        <li key={at} className='foreign'>{one.pointer ?? one.target}: {one.message}</li>
      ))}
      {shown.length < errors.length && (
        <li>{t('common.shown_of', { count: shown.length, total: errors.length })}</li>
      )}
    </ul>
  )
}

/** A refusal as a sentence in the reader's language, as far as we know its code. */
export function explain(error: unknown): string {
  const refusal = Refusal.of(error)
  const { details, code } = refusal
  if (refusal.isExpiredSession) return t('refusal.session_expired')
  if (code === 'already_claimed') {
    return t('refusal.already_claimed', { name: String(details.holder_name ?? '') || t('refusal.somebody') })
  }
  if (code === 'guard_failed') {
    return t('refusal.guard_failed', { guard: guardText(String(details.guard)) })
  }
  const known = textOf('refusal', code)
  if (known !== code) return known
  if (refusal.status === 403) return t('refusal.forbidden')
  return refusal.message
}

export function Meter({ value, label }: { value: number; label: string }) {
  return (
    <div
      role='meter'
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={0}
      aria-valuemax={100}
      className='flex items-center gap-2'
    >
      <div className='h-1.5 w-16 overflow-hidden rounded bg-sunken'>
        <div
          className={cx('h-full', value >= 90 ? 'bg-good' : value >= 60 ? 'bg-warn' : 'bg-bad')}
          style={{ width: `${value}%` }}
        />
      </div>
      <span className='text-xs tabular-nums text-muted'>{value} %</span>
    </div>
  )
}

/** Pairs of a name and a value. */
export function Facts({ of }: { of: [ReactNode, ReactNode][] }) {
  return (
    <dl className='grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm'>
      {of.map(([name, value], at) => (
        <div key={at} className='contents'>
          <dt className='text-muted'>{name}</dt>
          <dd className='foreign min-w-0'>{value ?? '–'}</dd>
        </div>
      ))}
    </dl>
  )
}
