import { useEffect } from 'react'

const focusable =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled)'

/**
 * Keeps the focus of those who work by keyboard. What had it may go (a row that was approved, a button whose work is
 * done, a page that was left), and browsers then begin anew at the top of the page: here it goes to what stands around
 * the place.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    // the form that one signed in by is gone
    if (document.activeElement === document.body) document.getElementById('content')?.focus()
    let around: Element[] = []
    const remember = ({ target }: FocusEvent) => {
      around = []
      for (let at = target as Element | null; at; at = at.parentElement) around.push(at)
    }
    const mend = () => {
      // a press elsewhere takes the focus from something that still stands there
      if (document.activeElement !== document.body || !around[0] || around[0].isConnected) return
      // where a dialog closes, it says by itself where the focus goes
      if (document.querySelector('[role=dialog]')) return
      const place = around.find((one): one is HTMLElement => one.isConnected && one instanceof HTMLElement)
      const within = place?.matches('body, #root') ? document.getElementById('content') : place
      const next = within?.querySelector<HTMLElement>(focusable)
      const target = within?.id === 'content' || !next ? within : next
      if (!target) return
      if (!target.matches(focusable) && !target.hasAttribute('tabindex')) target.tabIndex = -1
      target.focus({ preventScroll: true })
    }
    // not at once: whoever draws anew may have a better place in mind
    const observer = new MutationObserver(() => around[0] && !around[0].isConnected && setTimeout(mend))
    observer.observe(document.body, { childList: true, subtree: true })
    addEventListener('focusin', remember)
    return () => {
      observer.disconnect()
      removeEventListener('focusin', remember)
    }
  }, [])
}
