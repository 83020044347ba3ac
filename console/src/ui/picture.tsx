import { ImageOff } from 'lucide-react'
import { useState } from 'react'
import { config } from '../lib/config.ts'
import { cx } from './cx.ts'

/** A picture, or its place where it cannot be shown: elsewhere's stay away where the configuration says so. */
export function Picture(
  { src, alt, className }: { src: string | null | undefined; alt: string; className?: string },
) {
  const [failed, setFailed] = useState<string>()
  if (!src || failed === src || !isShown(src)) {
    return (
      <span
        {...alt === '' ? { 'aria-hidden': true } : { role: 'img', 'aria-label': alt }}
        className={cx('flex items-center justify-center bg-sunken text-muted', className)}
      >
        <ImageOff size={22} aria-hidden />
      </span>
    )
  }
  return (
    <img
      src={src}
      alt={alt}
      loading='lazy'
      decoding='async'
      onError={() => setFailed(src)}
      className={cx('bg-sunken object-cover', className)}
    />
  )
}

function isShown(src: string): boolean {
  const address = URL.parse(src, location.href)
  if (!address || !['http:', 'https:', 'blob:'].includes(address.protocol)) return false
  return config().pictures !== 'own' || address.protocol === 'blob:' ||
    [location.origin, new URL(config().url).origin].includes(address.origin)
}
