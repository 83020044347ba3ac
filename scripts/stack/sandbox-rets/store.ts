import type { RetsRow } from './dmql.ts'

/** Fields of the sandbox's class, and what they hold. */
export const kindsOf: Record<string, 'number' | 'time' | 'text'> = {
  ListingKey: 'text',
  MlsNumber: 'text',
  LP: 'number',
  LS: 'text',
  BEDROOMS: 'number',
  CITY: 'text',
  REMARKS: 'text',
  AGENT: 'text',
  MODIFIED: 'time',
  PHOTOS_MODIFIED: 'time',
  LOCAL: 'text',
}

const described: [name: string, standard: string, type: string][] = [
  ['ListingKey', 'ListingKey', 'Character'],
  ['MlsNumber', 'ListingID', 'Character'],
  ['LP', 'ListPrice', 'Decimal'],
  ['LS', 'ListingStatus', 'Character'],
  ['BEDROOMS', 'Beds', 'Int'],
  ['CITY', 'City', 'Character'],
  ['REMARKS', 'Remarks', 'Character'],
  ['AGENT', 'ListAgentAgentID', 'Character'],
  ['MODIFIED', '', 'DateTime'],
  ['PHOTOS_MODIFIED', '', 'DateTime'],
  ['LOCAL', '', 'Character'],
]

/** What GetMetadata answers; undefined for what there is not. */
export function metadata(type: string, id: string): string | undefined {
  const table = (name: string, attributes: string, columns: string[], rows: string[][]) =>
    `<METADATA-${name} ${attributes} Version="1.00.00001" Date="2026-01-01T00:00:00Z">\n<COLUMNS>\t${
      columns.join('\t')
    }\t</COLUMNS>\n${rows.map((row) => `<DATA>\t${row.join('\t')}\t</DATA>\n`).join('')}</METADATA-${name}>\n`
  switch (type) {
    case 'METADATA-SYSTEM':
      return '<METADATA-SYSTEM Version="1.00.00001" Date="2026-01-01T00:00:00Z">\n<SYSTEM SystemID="SANDBOX" SystemDescription="Sandbox" TimeZoneOffset="+00:00"/>\n</METADATA-SYSTEM>\n'
    case 'METADATA-RESOURCE':
      return table('RESOURCE', '', ['ResourceID', 'StandardName', 'KeyField'], [[
        'Property',
        'Property',
        'ListingKey',
      ]])
    case 'METADATA-CLASS':
      return table('CLASS', 'Resource="Property"', ['ClassName', 'StandardName', 'VisibleName'], [[
        'RES',
        'ResidentialProperty',
        'Homes & gardens',
      ], ['LND', 'LotsAndLand', 'Land']])
    case 'METADATA-TABLE':
      return id.startsWith('Property:')
        ? table(
          'TABLE',
          'Resource="Property" Class="RES"',
          [
            'MetadataEntryID',
            'SystemName',
            'StandardName',
            'LongName',
            'DataType',
            'Interpretation',
            'LookupName',
          ],
          described.map((
            [name, standard, kind],
          ) => [
            name,
            name,
            standard,
            name,
            kind,
            name === 'LS' ? 'Lookup' : '',
            name === 'LS' ? 'STATUS' : '',
          ]),
        )
        : undefined
    case 'METADATA-LOOKUP_TYPE':
      return table('LOOKUP_TYPE', 'Resource="Property" Lookup="STATUS"', [
        'MetadataEntryID',
        'LongValue',
        'ShortValue',
        'Value',
      ], [['A', 'Active', 'Act', 'A'], ['P', 'Pending', 'Pend', 'P']])
  }
  return undefined
}

/** Listings by class, and how many pictures each has. */
export class RetsStore {
  readonly classes = new Map<string, Map<string, RetsRow>>([['RES', new Map()], ['LND', new Map()]])
  readonly pictures = new Map<string, number>()
  /** Of pictures (`key:number`) that were replaced: which edition is there. */
  readonly editions = new Map<string, number>()

  put(name: string, row: RetsRow): RetsRow {
    this.classes.get(name)!.set(row.ListingKey!, row)
    return row
  }

  get(key: string): RetsRow | undefined {
    return [...this.classes.values()].map((rows) => rows.get(key)).find((row) => row !== undefined)
  }

  /** Changes a listing; without a time it is one that carries none. */
  edit(key: string, changes: RetsRow, now = new Date().toISOString().slice(0, 19) + 'Z'): void {
    for (const rows of this.classes.values()) {
      const row = rows.get(key)
      if (row) rows.set(key, { ...row, MODIFIED: now, ...changes })
    }
  }

  remove(key: string): void {
    for (const rows of this.classes.values()) rows.delete(key)
    this.pictures.delete(key)
  }

  /** Listings in both classes; every seventh carries no time, as on real servers. */
  fill(count: number, pictures = 2): void {
    for (let number = 1; number <= count; number++) {
      const key = `LN${String(number).padStart(6, '0')}`
      const time = `2026-0${number % 9 + 1}-15T10:00:00Z`
      this.put(number % 10 === 0 ? 'LND' : 'RES', {
        ListingKey: key,
        MlsNumber: `M-${number}`,
        LP: String(100_000 + number),
        LS: number % 5 ? 'Active' : 'Pending',
        BEDROOMS: String(number % 6),
        CITY: number % 2 ? 'Málaga' : 'Nice',
        REMARKS: `Bed & breakfast no. ${number}\nwith a view <here>`,
        AGENT: 'A1',
        MODIFIED: number % 7 === 0 ? '' : time,
        PHOTOS_MODIFIED: number % 7 === 0 ? '' : time,
        LOCAL: `own ${number}`,
      })
      this.pictures.set(key, pictures)
    }
  }
}
