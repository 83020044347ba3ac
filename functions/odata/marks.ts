import type { PageMarks } from '../_shared/marks/marks.ts'
import type { EntityType } from '../_shared/odata/model/model.ts'
import type { Cursor } from '../_shared/odata/plan/keyset.ts'
import type { Plan } from '../_shared/odata/plan/plan.ts'
import { sortTypes } from '../_shared/odata/sql/order.ts'
import type { Call } from './call.ts'
import { sealSkiptoken, type Skiptoken } from './skiptoken.ts'

/** The member that tells of each row where it stands: for who asks by `Prefer: mls.marks`. */
export async function marksOf(
  call: Call,
  type: EntityType,
  plan: Plan,
  { cursors, texts, wanted, ...page }: Pick<Skiptoken, 'size' | 'since'> & {
    cursors: Cursor[]
    /** Of the entities, as they are written. */
    texts: string[]
    wanted?: number
  },
): Promise<string> {
  const marks: PageMarks = {
    order: sortTypes(plan.order).map((type, index) => ({
      type,
      descending: plan.order[index]!.isDescending,
    })),
    size: page.size,
    isBounded: wanted !== undefined,
    end: plan.end ?? null,
    digest: type.digest,
    rows: await Promise.all(cursors.map(async (cursor, index) => {
      const remaining = wanted === undefined ? undefined : Math.max(0, wanted - index - 1)
      const token = await sealSkiptoken(call, { ...page, cursor, remaining })
      return [cursor.slice(0, -1), token, texts[index]!.length]
    })),
  }
  return `"@mls.marks":${JSON.stringify(marks)}`
}
