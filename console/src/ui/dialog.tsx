import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { type ReactNode, useRef } from 'react'
import { t } from '../i18n/index.ts'

/** A dialog: focus stays inside and returns to what opened it. */
export function Dialog(
  { title, open, onClose, children, intro, wide }: {
    title: ReactNode
    intro?: ReactNode
    open: boolean
    /** Without it the dialog cannot be left. */
    onClose?: () => void
    children: ReactNode
    wide?: boolean
  },
) {
  // Radix gives the focus back to a trigger; here pages open dialogs by their state
  const opener = useRef<Element | null>(null)
  const giveBack = (event: Event) => {
    event.preventDefault()
    if (opener.current?.isConnected) (opener.current as HTMLElement).focus()
  }
  return (
    <Radix.Root open={open} onOpenChange={(open) => !open && onClose?.()}>
      <Radix.Portal>
        <Radix.Overlay className='fixed inset-0 z-40 bg-black/50' />
        <Radix.Content
          aria-describedby={undefined}
          onOpenAutoFocus={() => opener.current = document.activeElement}
          onCloseAutoFocus={giveBack}
          className={`fixed top-1/2 left-1/2 z-50 max-h-[90vh] w-[calc(100vw-2rem)] -translate-x-1/2 -translate-y-1/2 overflow-auto rounded-lg border bg-card p-5 shadow-xl ${
            wide ? 'max-w-3xl' : 'max-w-lg'
          }`}
        >
          <div className='mb-3 flex items-start justify-between gap-3'>
            <Radix.Title className='text-lg font-semibold'>{title}</Radix.Title>
            {onClose && (
              <Radix.Close aria-label={t('common.close')} className='rounded p-1 hover:bg-sunken'>
                <X size={18} aria-hidden />
              </Radix.Close>
            )}
          </div>
          {intro && <p className='mb-3 text-sm text-muted'>{intro}</p>}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
