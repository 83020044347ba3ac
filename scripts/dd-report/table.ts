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
    'Values of lookups: in the dictionary, in records that mean one of those, in records that mean none (with --db)',
    '',
    ...columns([
      ['LOOKUP', 'STANDARD', 'MAPPED', 'LOCAL', 'FIELDS'],
      ...lookups.map(({ lookup, fields, standard, mapped, local }) => [
        lookup,
        String(standard),
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
