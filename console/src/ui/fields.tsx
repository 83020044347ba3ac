import type { ComponentProps, ReactNode } from 'react'
import { useId, useState } from 'react'
import { cx } from './cx.ts'

const control =
  'min-h-9 w-full rounded-md border bg-card px-2.5 py-1.5 text-ink disabled:bg-sunken disabled:text-muted'

interface Labelled {
  label: ReactNode
  /** The label is for those who hear the page. */
  quiet?: boolean
  hint?: ReactNode
  error?: string
  unit?: string
}

function Frame(
  { label, quiet, hint, error, unit, id, children, className }: Labelled & {
    id: string
    children: ReactNode
    className?: string
  },
) {
  return (
    <div className={className}>
      <label htmlFor={id} className={quiet ? 'sr-only' : 'mb-1 block text-sm font-medium'}>
        {label}
        {unit && <span className='font-normal text-muted'>{` (${unit})`}</span>}
      </label>
      {children}
      {hint && <p className='mt-1 text-xs text-muted'>{hint}</p>}
      {error && <p id={`${id}-error`} role='alert' className='mt-1 text-xs font-medium text-bad'>{error}</p>}
    </div>
  )
}

const described = (id: string, error?: string) =>
  error ? { 'aria-invalid': true, 'aria-describedby': `${id}-error` } : {}

export function Input(
  { label, quiet, hint, error, unit, className, ...rest }: Labelled & ComponentProps<'input'>,
) {
  const id = useId()
  return (
    <Frame {...{ label, quiet, hint, error, unit, id, className }}>
      <input id={id} dir='auto' {...described(id, error)} {...rest} className={control} />
    </Frame>
  )
}

export function TextArea(
  { label, quiet, hint, error, unit, className, ...rest }:
    & Labelled
    & ComponentProps<'textarea'>,
) {
  const id = useId()
  return (
    <Frame {...{ label, quiet, hint, error, unit, id, className }}>
      <textarea id={id} rows={5} dir='auto' {...described(id, error)} {...rest} className={control} />
    </Frame>
  )
}

export type Option = string | { value: string; label: string }

export function Select(
  { label, quiet, hint, error, unit, className, options, ...rest }:
    & Labelled
    & { options: readonly Option[] }
    & ComponentProps<'select'>,
) {
  const id = useId()
  return (
    <Frame {...{ label, quiet, hint, error, unit, id, className }}>
      <select id={id} {...described(id, error)} {...rest} className={cx(control, 'pr-8')}>
        {options.map((one) => {
          const { value, label } = typeof one === 'string' ? { value: one, label: one } : one
          return <option key={value} value={value}>{label}</option>
        })}
      </select>
    </Frame>
  )
}

export function Checkbox(
  { label, className, ...rest }: { label: ReactNode } & ComponentProps<'input'>,
) {
  return (
    <label className={cx('inline-flex min-h-9 items-center gap-2 text-sm', className)}>
      <input type='checkbox' {...rest} className='size-4 accent-accent' />
      {label}
    </label>
  )
}

/**
 * A checkbox that is saved at once: it shows what was chosen while that is being saved and read anew. Meanwhile it takes
 * no other choice, and keeps the focus, which a disabled one would lose.
 */
export function SavedCheckbox(
  { checked, save, waits, ...rest }:
    & { checked: boolean; save: (chosen: boolean) => Promise<unknown>; waits?: boolean }
    & Omit<ComponentProps<typeof Checkbox>, 'checked' | 'onChange'>,
) {
  const [chosen, setChosen] = useState<boolean>()
  const busy = waits || chosen !== undefined
  return (
    <Checkbox
      {...rest}
      aria-disabled={busy || undefined}
      checked={chosen ?? checked}
      onChange={({ target }) => {
        if (busy) return
        setChosen(target.checked)
        // a refusal is told by whoever saves
        save(target.checked).catch(() => undefined).finally(() => setChosen(undefined))
      }}
    />
  )
}
