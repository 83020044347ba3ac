import type { IntegrityReport } from './report.ts'

/** The report as a table for people: what was counted, then the findings, errors first. */
export function integrityTable({ ok, checked_at, counts, findings }: IntegrityReport): string {
  const held = counts.filter(({ records }) => records > 0).map(({ office_key, resource, records }) => [
    office_key,
    resource,
    String(records),
  ])
  const found = [...findings].sort((a, b) => a.severity.localeCompare(b.severity)).map((finding) => [
    finding.severity,
    finding.check,
    finding.office_key,
    finding.resource,
    finding.message,
  ])
  const errors = findings.filter(({ severity }) => severity === 'error').length
  return [
    ...columns([['OFFICE', 'RESOURCE', 'RECORDS'], ...held]),
    '',
    ...(found.length > 0 ? [...columns([['', 'CHECK', 'OFFICE', 'RESOURCE', 'FINDING'], ...found]), ''] : []),
    `${ok ? 'OK' : 'NOT OK'}: ${errors} errors, ${findings.length - errors} warnings (${checked_at})`,
  ].join('\n')
}

function columns(rows: string[][]): string[] {
  const widths = rows[0]!.map((_, index) => Math.max(...rows.map((row) => row[index]!.length)))
  return rows.map((row) => row.map((cell, index) => cell.padEnd(widths[index]!)).join('  ').trimEnd())
}
