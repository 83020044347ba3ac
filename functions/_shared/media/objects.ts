/** Where objects are kept: Storage of this project, asked with its secret key, or an S3. */
import { storableText } from '../gold/storable-text.ts'

export interface Storage {
  /** @throws StorageFault */
  download(bucket: string, path: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer>>
  /** Puts an object, over an older one if need be. @throws StorageFault */
  upload(bucket: string, path: string, body: Uint8Array<ArrayBuffer>, mimeType: string): Promise<void>
  /** Deletes objects; the names of those that were there. @throws StorageFault */
  remove(bucket: string, paths: string[]): Promise<string[]>
  /** What addresses of published pictures begin with, and a path follows. */
  publicBase: string
  /** Names of a bucket after one of them, in their order; only an S3 has it, of Storage the database knows. @throws StorageFault */
  list?(bucket: string, after: string): Promise<Listed>
}

export interface Listed {
  names: string[]
  /** Those of them that were written within the hour: their rows may be on the way. */
  young: Set<string>
  /** The last one, where more follow. */
  next?: string
}

export class StorageFault extends Error {
  override name = 'StorageFault'
  constructor(
    readonly code: 'file_missing' | 'too_large' | 'storage_unavailable',
    message: string,
  ) {
    // it quotes what Storage said, and is kept
    super(storableText(message))
  }
}

/** What sources and brokers sent, as it came: for nobody but the hub. */
export const originalsBucket = 'mls-originals'
/** What of a picture anybody may see. */
export const publicBucket = 'mls-public'
