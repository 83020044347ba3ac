import { Link } from '@tanstack/react-router'
import { t } from '../i18n/index.ts'
import { Empty } from '../ui/parts.tsx'

export function NotFound() {
  return (
    <Empty action={<Link to='/inbox' className='text-accent underline'>{t('nav.inbox')}</Link>}>
      {t('common.not_found')}
    </Empty>
  )
}
