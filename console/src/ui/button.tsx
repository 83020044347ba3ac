import type { ButtonHTMLAttributes, ReactNode } from 'react'
import { cx } from './cx.ts'

const kinds = {
  primary: 'bg-accent text-on-accent hover:opacity-90',
  plain: 'border bg-card text-ink hover:bg-sunken',
  quiet: 'text-accent hover:bg-accent-soft',
  danger: 'border border-bad text-bad hover:bg-bad-soft',
}

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: keyof typeof kinds
  busy?: boolean
  icon?: ReactNode
}

/** While busy it takes no press, and keeps the focus, which a disabled button would lose. */
export function Button({ kind = 'plain', busy, icon, className, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type='button'
      {...rest}
      onClick={(event) => busy ? event.preventDefault() : onClick?.(event)}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      className={cx(
        'inline-flex min-h-9 items-center justify-center gap-1.5 rounded-md px-3 py-1 text-sm font-medium disabled:opacity-60 aria-disabled:opacity-60',
        kinds[kind],
        className,
      )}
    >
      {icon}
      {children}
    </button>
  )
}
