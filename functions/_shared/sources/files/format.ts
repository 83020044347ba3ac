/** How a file is to be read: what somebody said in the settings, and for the rest what was found. */
export interface FileFormat {
  format: 'csv' | 'json' | 'xml'
  encoding: Encoding
  /** csv */
  delimiter?: string
  /** csv: 1 for the first row; 0 where there is none and columns are named column_1, column_2, ... */
  header_row?: number
  /** csv: names in order, each once. */
  columns?: string[]
  decimal: '.' | ','
  dates: 'ymd' | 'dmy' | 'mdy'
  /** json, xml: where the records stand, as names joined by dots; empty for the top of a JSON file. */
  items_path?: string
}

export const encodings = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'windows-1253',
] as const
export type Encoding = typeof encodings[number]

/** A file that cannot be read as its settings say; the message tells what to change. */
export class FileFault extends Error {
  constructor(
    readonly code: 'unreadable_file' | 'record_too_large' | 'unsupported_archive',
    message: string,
  ) {
    super(message)
    this.name = 'FileFault'
  }
}
