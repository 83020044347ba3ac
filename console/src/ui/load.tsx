import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ErrorBox, Skeleton } from './parts.tsx'

/** A question's answer, or what there is instead: bars while it is asked, the reason when it was refused. */
export function Load<Data>(
  { of, children, lines }: {
    of: Pick<UseQueryResult<Data>, 'data' | 'error'> & { refetch: () => unknown }
    children: (data: Data) => ReactNode
    lines?: number
  },
) {
  if (of.data !== undefined) return children(of.data)
  if (of.error) return <ErrorBox error={of.error} retry={() => of.refetch()} />
  return <Skeleton lines={lines} />
}
