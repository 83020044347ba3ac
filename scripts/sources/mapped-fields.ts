import { composedFields as dashComposed } from '../../functions/_shared/sources/dash/composed-fields.ts'
import { featureFields } from '../../functions/_shared/sources/dash/features.ts'
import { correctedFields } from '../../functions/_shared/sources/qobrix/map/corrections.ts'
import { composedFields } from '../../functions/_shared/sources/qobrix/map/composed-fields.ts'
import { propertyFields } from '../../functions/_shared/sources/qobrix/map/property-fields.ts'
import { standards } from '../../functions/_shared/sources/rets/metadata.ts'

/** docs/sources-mapped.md, made from the mappings themselves: `npm run sources -- mapped-fields` writes it. */
export function mappedFields(): string {
  const qobrix = {
    ...composedFields,
    ...Object.fromEntries(propertyFields.map(({ field, from, kind }) => [field, `\`${from}\`, ${kind}`])),
  }
  const dash = {
    ...dashComposed,
    ...Object.fromEntries(
      Object.entries(featureFields).map((
        [field, groups],
      ) => [field, `labels of the group ${groups.join(', else ')}`]),
    ),
  }
  const rets: Record<string, string> = {}
  for (const [standard, field] of Object.entries(standards)) {
    rets[field] = [rets[field], `\`${standard}\``].filter(Boolean).join(', ')
  }
  return [
    '# What sources map',
    '',
    'Made by `npm run sources -- mapped-fields` from the mappings; do not edit. [sources.md](sources.md) says the rest.',
    '',
    '## QOBRIX: listings',
    '',
    "Version 1 of the mapping, gold's values. Members of Qobrix that no row names are not read.",
    '',
    table('from', qobrix),
    '',
    'Version 2 puts right:',
    '',
    table('what is right about it', correctedFields),
    '',
    '## DASH_API and DASH_FILE: listings',
    '',
    "Version 1 of the mapping, gold's values. Remarks after the first, agents, companies, offices, contingencies, websites and",
    'further groups of features are not read. Version 2 adds the currency (`ListPriceCurrencyCode`) and the end of the',
    'agreement (`ExpirationDate`).',
    '',
    table('from', dash),
    '',
    '## RETS: what is proposed from metadata',
    '',
    'A field whose standard name, else system name, is in the second column, or is the first column itself. Everything else',
    'is kept under its own name.',
    '',
    table('standard names', rets),
    '',
  ].join('\n')
}

function table(head: string, fields: Readonly<Record<string, string>>): string {
  const rows = Object.entries(fields).sort(([a], [b]) => a < b ? -1 : 1).map(([field, words]) =>
    `| ${field} | ${words} |`
  )
  return [`| field | ${head} |`, '|---|---|', ...rows].join('\n')
}
