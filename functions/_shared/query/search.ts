/** `$search`: words in the texts that a buyer would read. */
import type { SearchExpr } from '../odata/ast.ts'
import type { Bound, Source } from './bound.ts'
import { refuse } from './refuse.ts'

/** Fields searched, by resource; those it has. */
const searched = [
  'ListingKey',
  'ListingId',
  'City',
  'StateOrProvince',
  'UnparsedAddress',
  'PropertySubType',
  'PublicRemarks',
  'X_ShortDescription',
  'X_PropertyName',
  'BuilderName',
  'BuilderModel',
  'MemberFullName',
  'OfficeName',
  'OfficeCity',
  'ShortDescription',
  'LongDescription',
  'ContactFullName',
  'ContactCompanyName',
  'ShowingRemarks',
]

/** A term is found where its letters stand anywhere in a text, whatever their case. */
export function bindSearch(
  expr: SearchExpr,
  source: Source,
  target: string,
): Bound {
  switch (expr.kind) {
    case 'and':
    case 'or':
      return {
        node: expr.kind,
        type: 'boolean',
        operands: expr.operands.map((operand) => bindSearch(operand, source, target)),
      }
    case 'not':
      return {
        node: 'not',
        type: 'boolean',
        operand: bindSearch(expr.operand, source, target),
      }
    case 'word':
    case 'phrase':
    case 'incomplete': {
      if (expr.text.length > 200) {
        refuse(
          { target, position: expr.position },
          'the term is too long',
          'too_costly',
        )
      }
      return {
        node: 'search',
        type: 'boolean',
        source,
        fields: fieldsOf(source),
        text: expr.text.toLowerCase(),
      }
    }
  }
}

function fieldsOf({ type }: Source): string[] {
  return searched.filter((name) => {
    const property = type.properties.get(name)
    return property !== undefined && !property.isSensitive &&
      !property.edm.isCollection
  })
}
