import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { toast } from 'sonner'
import { remedyOf } from './guards.ts'
import { explain } from './parts.tsx'
import { Refusal } from '../lib/refusal.ts'

/**
 * An action: what it changes is read anew, what it says is told. A refusal is told with its reason and its remedy, and
 * returned for those who show more of it.
 */
export function useAct<Input = void, Answer = unknown>(
  work: (input: Input) => Promise<Answer>,
  { done, changes = [], after }: {
    done?: string | ((answer: Answer, input: Input) => string | undefined)
    changes?: QueryKey[]
    after?: (answer: Answer, input: Input) => void
  } = {},
) {
  const client = useQueryClient()
  return useMutation<Answer, Error, Input>({
    mutationFn: work,
    onSuccess: (answer, input) => {
      const text = typeof done === 'function' ? done(answer, input) : done
      if (text) toast.success(text)
      after?.(answer, input)
    },
    onError: (error) => {
      const refusal = Refusal.of(error)
      toast.error(explain(refusal), { description: remedyOf(refusal), duration: 10_000 })
    },
    onSettled: () => Promise.all(changes.map((queryKey) => client.invalidateQueries({ queryKey }))),
  })
}
