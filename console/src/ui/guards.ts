import { t, textOf } from '../i18n/index.ts'
import type { Refusal } from '../lib/refusal.ts'

/** What a guard asks for, in words: `approved:DUE_DILIGENCE` is the approval of that name. */
export function guardText(guard: string): string {
  const [name, argument] = guard.split(':')
  return textOf('guard', name) + (argument ? `: ${textOf('approval', argument)}` : '')
}

const heldBySteps = ['approved', 'required_approvals', 'documents', 'steps', 'depends_on']

/** What to do about a refusal; of a guard: which move it stands before, and the part of the page where it is met. */
export function remedyOf({ code, details, remedy }: Refusal): string | undefined {
  const { guard, from_status: from, to_status: to } = details
  if (code !== 'guard_failed' || typeof from !== 'string' || typeof to !== 'string') return remedy
  const move = `${textOf('status', from)} → ${textOf('status', to)}`
  return heldBySteps.includes(String(guard).split(':')[0]!) ? `${move}. ${t('listing.see_steps')}` : move
}
