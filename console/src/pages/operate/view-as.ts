import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { t } from '../../i18n/index.ts'
import { door, lookThrough } from '../../lib/hub.ts'
import { borrowed } from '../../lib/borrowed.ts'
import { useAct } from '../../ui/act.ts'

/** Looks at the hub as somebody else does: read only, five minutes, logged by the hub. */
export function useViewAs() {
  const navigate = useNavigate()
  const client = useQueryClient()
  return useAct(
    ({ user_id, client_id }: { user_id?: string; client_id?: string; name: string }) =>
      door<{ token: string; expires_in: number }>('admin/view-as', {
        method: 'POST',
        json: user_id ? { user_id } : { client_id },
      }),
    {
      done: (_, { name }) => t('view_as.now', { name }),
      after: ({ token, expires_in }, { name, client_id }) => {
        if (client_id) return
        lookThrough(token)
        borrowed.set({ name, until: Date.now() + expires_in * 1000 })
        client.resetQueries()
        navigate({ to: '/inbox' })
      },
    },
  )
}
