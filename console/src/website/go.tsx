import type { MouseEvent, ReactNode } from 'react'
import { goTo } from './address.ts'

/** A link within the website, followed without loading the page anew. */
export function Go({ href, className, children }: { href: string; className?: string; children: ReactNode }) {
  const go = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    goTo(href)
    scrollTo(0, 0)
  }
  return <a href={href} className={className} onClick={go}>{children}</a>
}
