import { t } from '../i18n/index.ts'
import type { Pages } from '../lib/pages.ts'
import { Button } from './button.tsx'

/** Under a list that is read by pages: how much of it is shown, and the next page. Nothing where all of it is. */
export function More({ of, name }: { of: Pages<unknown>; name: string }) {
  const shown = of.data?.length ?? 0
  if (!of.hasMore) return null
  return (
    <div className='mt-2 flex flex-wrap items-center gap-3'>
      <p className='text-sm text-muted' aria-live='polite'>
        {of.total === undefined
          ? t('common.shown', { count: shown })
          : t('common.shown_of', { count: shown, total: of.total })}
      </p>
      <Button busy={of.isReading} onClick={of.more} aria-label={`${t('common.more')}: ${name}`}>
        {t('common.more')}
      </Button>
    </div>
  )
}

/** Where a list ends at a limit: says so when it is reached, with how many there are where that is known. */
export function Cut({ shown, limit = Infinity, total }: { shown: number; limit?: number; total?: number }) {
  if (total === undefined ? shown < limit : shown >= total) return null
  return (
    <p className='mt-2 text-sm text-muted' role='note'>
      {total === undefined
        ? t('common.newest', { count: shown })
        : t('common.shown_of', { count: shown, total })}
    </p>
  )
}
