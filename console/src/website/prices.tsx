import { t } from '../i18n/index.ts'
import { number } from '../lib/format.ts'
import type { PriceBucket } from './search.ts'

/** How the prices of the homes found are spread. Each bar is a filter. */
export function Prices(
  { buckets, choose }: { buckets: PriceBucket[]; choose: (filters: { min: string; max: string }) => void },
) {
  if (buckets.length < 2) return null
  const most = Math.max(...buckets.map(({ count }) => count))
  return (
    <ol aria-label={t('site.prices')} className='mb-3 flex h-16 items-end gap-px'>
      {buckets.map(({ from, to, count }) => {
        const label = `${to === null ? `${number(from)} +` : `${number(from)} – ${number(to)}`} (${
          number(count)
        })`
        return (
          <li key={from} className='h-full min-w-0 flex-1'>
            <button
              type='button'
              title={label}
              aria-label={label}
              className='flex h-full w-full items-end rounded-t bg-sunken'
              onClick={() => choose({ min: String(from), max: to === null ? '' : String(to - 0.01) })}
            >
              <span className='w-full rounded-t bg-accent' style={{ height: `${count / most * 100}%` }} />
            </button>
          </li>
        )
      })}
    </ol>
  )
}
