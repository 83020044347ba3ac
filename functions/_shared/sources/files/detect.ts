import { columnNames, detectDelimiter, detectHeader, readRows } from './csv.ts'
import { decodeWindow, detectEncoding } from './encoding.ts'
import type { FileFormat } from './format.ts'
import { detectItemsPath } from './json-items.ts'
import { detectXmlItems } from './xml-items.ts'

/** What somebody has said about a file; the rest is found. */
export type SaidFormat = Partial<Omit<FileFormat, 'columns'>> & Pick<FileFormat, 'format'>

/** Finds out how a file is to be read, from its first bytes. `start` is where its content begins. */
export function detectFormat(bytes: Uint8Array, said: SaidFormat): FileFormat & { start: number } {
  const found = detectEncoding(bytes)
  const encoding = said.encoding ?? found.encoding
  const start = encoding === found.encoding ? found.mark : 0
  const text = decodeWindow(bytes.subarray(start), encoding, false)
  const common = { ...said, encoding, start }
  if (said.format === 'json') {
    return {
      ...common,
      decimal: said.decimal ?? '.',
      dates: said.dates ?? 'ymd',
      items_path: said.items_path ?? detectItemsPath(text),
    }
  }
  if (said.format === 'xml') {
    const forms = formsOf(
      (text.match(/>[^<>]{1,30}</g) ?? []).slice(0, 5_000).map((value) => value.slice(1, -1)),
    )
    const path = said.items_path?.replaceAll('/', '.').replace(/^\./, '')
    return {
      ...common,
      decimal: said.decimal ?? forms.decimal,
      dates: said.dates ?? forms.dates,
      items_path: path ?? detectXmlItems(text),
    }
  }
  const delimiter = said.delimiter ?? detectDelimiter(text)
  const { rows } = readRows(text, { delimiter, limit: 200, isLast: false })
  const short = rows.length > 1 ? rows : readRows(text, { delimiter, limit: 200, isLast: true }).rows
  const header_row = said.header_row ?? detectHeader(short)
  const forms = formsOf(short.slice(header_row).flat())
  return {
    ...common,
    delimiter,
    header_row,
    columns: columnNames(
      short[header_row - 1],
      Math.max(0, ...short.slice(header_row).map((row) => row.length)),
    ),
    decimal: said.decimal ?? forms.decimal,
    dates: said.dates ?? forms.dates,
  }
}

/** How the source writes decimals and dates, by the values that leave no doubt. */
function formsOf(values: string[]): Pick<FileFormat, 'decimal' | 'dates'> {
  let comma = 0
  let point = 0
  let dayFirst = 0
  let monthFirst = 0
  let iso = 0
  for (const value of values) {
    const text = value.trim()
    if (/(^|\s)\d{1,3}(\.\d{3})+(,\d+)?(\s|$)/.test(text) || /\d,\d{1,2}(\s|$)/.test(text)) comma++
    if (/(^|\s)\d{1,3}(,\d{3})+(\.\d+)?(\s|$)/.test(text) || /(^|\s)\d+\.\d{1,2}(\s|$)/.test(text)) point++
    const date = /^(\d{1,2})[./-](\d{1,2})[./-](\d{2,4})\b/.exec(text)
    if (date && Number(date[1]) > 12 && Number(date[2]) <= 12) dayFirst++
    else if (date && Number(date[2]) > 12) monthFirst++
    else if (date) dayFirst += 0.01 // leaves it open; most of the world writes the day first
    else if (/^\d{4}-\d\d-\d\d/.test(text)) iso++
  }
  return {
    decimal: comma > point ? ',' : '.',
    dates: monthFirst > dayFirst ? 'mdy' : dayFirst > 0 ? 'dmy' : iso > 0 ? 'ymd' : 'dmy',
  }
}

/** The format in one line, for people. */
export function describeFormat(
  { format, encoding, delimiter, header_row, columns, decimal, dates, items_path }: FileFormat,
): string {
  const names: Record<string, string> = { '\t': 'tab', ';': 'semicolon', ',': 'comma', '|': 'bar' }
  const parts = [format.toUpperCase(), encoding]
  if (format === 'csv') {
    parts.push(
      `separated by ${names[delimiter!] ?? delimiter}`,
      header_row ? `names in row ${header_row}` : 'no row of names',
    )
    parts.push(`${columns!.length} columns`)
  } else {
    parts.push(items_path ? `records at ${items_path}` : 'records at the top')
  }
  return [...parts, `decimal ${decimal === ',' ? 'comma' : 'point'}`, `dates ${dates}`].join(', ')
}
