import { useQuery } from '@tanstack/react-query'
import { Check, CircleHelp, X } from 'lucide-react'
import { t } from '../../i18n/index.ts'
import type { Part } from './page.tsx'
import { approvalsQuery, boardQuery, documentsQuery, documentTypesQuery, stepsQuery } from './queries.ts'

/** A line that says whether a guard holds. */
export function Guard({ holds, children }: { holds: boolean | undefined; children: string }) {
  const Icon = holds === undefined ? CircleHelp : holds ? Check : X
  return (
    <li
      className={`flex items-center gap-1.5 ${
        holds === undefined ? 'text-muted' : holds ? 'text-good' : 'text-bad'
      }`}
    >
      <Icon
        size={14}
        aria-label={t(holds === undefined ? 'moves.unknown' : holds ? 'moves.holds' : 'moves.fails')}
      />
      {children}
    </li>
  )
}

/** What the page knows of a guard; undefined is for the hub to say. It decides in any case. */
export function useGuards(listing: Part['listing']): (guard: string) => boolean | undefined {
  const { data: board } = useQuery(boardQuery(listing.id))
  const { data: steps } = useQuery(stepsQuery(listing.id))
  const { data: approvals } = useQuery(approvalsQuery(listing.id))
  const { data: documents } = useQuery(documentsQuery(listing.id))
  const { data: types } = useQuery(documentTypesQuery(listing.tenant_id))
  return (guard) => {
    const [name, argument] = guard.split(':')
    const missing = board?.missing ?? undefined
    switch (name) {
      case 'claimed':
        return !!listing.claimed_at
      case 'origin_present':
        return !listing.origin_deleted
      case 'required_fields':
        return missing &&
          !missing.some((one) =>
            ['property_type', 'city', 'country', 'currency_code', 'list_price'].includes(one)
          )
      case 'has_description':
        return missing && !missing.includes('public_remarks')
      case 'has_photo':
        return missing && !missing.includes('photos') ? true : undefined
      case 'approved':
        return approvals &&
          approvals.find(({ approval_type }) => approval_type === argument)?.status === 'APPROVED'
      case 'steps':
        return steps &&
          steps.every(({ is_completed, mls_checklist_templates: step }) =>
            is_completed || !step.is_required || step.stage !== listing.status ||
            (argument !== undefined && step.role !== argument)
          )
      case 'documents':
        if (!documents || !types) return undefined
        return types.filter(({ is_required, stage, condition }) =>
          is_required && stage === listing.status && (condition === 'ALWAYS' ||
            condition === 'WITH_TITLE_DEED' && listing.x_sm_title_deeds === true ||
            condition === 'WITHOUT_TITLE_DEED' && listing.x_sm_title_deeds !== true)
        ).every(({ id }) =>
          documents.some(({ document_type_id, status }) => document_type_id === id && status === 'APPROVED')
        )
      default:
        return undefined
    }
  }
}
