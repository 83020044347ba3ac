import type { StandardReport } from './report.ts'

/** The report for people: coverage as a table, then the differences with their reasons. */
export function reportTable({ version, resources, lookups, differences }: StandardReport): string {
  const rows = resources.map(({ resource, standard, served, local, lookups, sensitive }) => [
    resource,
    `${served} of ${standard}`,
    String(lookups),
    String(local),
    String(sensitive),
  ])
  return [
    `RESO Data Dictionary ${version}, as profile dd2 serves it`,
    '',
    ...columns([['RESOURCE', 'STANDARD FIELDS', 'LOOKUPS', 'LOCAL FIELDS', 'SENSITIVE'], ...rows]),
    '',
    'Values of lookups: how many the dictionary has (0: left to each market), and how many of those in records are',
    'standard, mapped to a standard one, or local',
    ...(lookups.every(({ met }) => met === undefined)
      ? ['Records are not counted: no stack runs here. Start one (npm start), or name a database (--db)']
      : []),
    '',
    ...columns([
      ['LOOKUP', 'DICTIONARY', 'STANDARD', 'MAPPED', 'LOCAL', 'FIELDS'],
      ...lookups.map(({ lookup, fields, standard, met, mapped, local }) => [
        lookup,
        String(standard),
        String(met ?? '-'),
        String(mapped ?? '-'),
        String(local ?? '-'),
        fields.join(' '),
      ]),
    ]),
    ...differences.flatMap(({ kind, reason, fields }) => [
      '',
      `${kind} (${fields.length}): ${reason}`,
      ...fields.map((field) => `  ${field}`),
    ]),
  ].join('\n')
}

function columns(rows: string[][]): string[] {
  const widths = rows[0]!.map((_, index) => Math.max(...rows.map((row) => row[index]!.length)))
  return rows.map((row) => row.map((cell, index) => cell.padEnd(widths[index]!)).join('  ').trimEnd())
}
