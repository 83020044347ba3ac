import { createHash, randomUUID } from 'node:crypto'
import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { App } from '@supabase/lite'

type StorageAdapter = NonNullable<App['_storageAdapter']>
type ObjectMetadata = Awaited<ReturnType<StorageAdapter['headObject']>>

/** What is kept beside the bytes. */
interface Label {
  mimetype: string
  cacheControl: string
  eTag: string
}

/**
 * Keeps objects as files of one folder, named by a digest of bucket and key: a key may hold what no file name may. The
 * versions that the library passes are not stable and are ignored.
 */
export class ObjectFiles implements StorageAdapter {
  readonly driver = null

  constructor(private readonly folder: string) {}

  async uploadObject(
    bucket: string,
    key: string,
    _version: string | undefined,
    body: unknown,
    mimetype: string,
    cacheControl: string,
  ): Promise<ObjectMetadata> {
    const bytes = new Uint8Array(await new Response(body as BodyInit).arrayBuffer())
    const eTag = `"${createHash('md5').update(bytes).digest('hex')}"`
    await this.#write(bucket, key, bytes, { mimetype, cacheControl, eTag })
    return this.headObject(bucket, key)
  }

  async getObject(bucket: string, key: string) {
    const file = this.#file(bucket, key)
    const body = await readFile(file).catch(missing)
    if (!body) throw new Error(`The bytes of ${bucket}/${key} are gone.`)
    return { metadata: await this.headObject(bucket, key), httpStatusCode: 200, body }
  }

  async headObject(bucket: string, key: string): Promise<ObjectMetadata> {
    const file = this.#file(bucket, key)
    const [{ size, mtime }, label] = await Promise.all([stat(file), this.#label(file)])
    return { ...label, contentLength: size, size, lastModified: mtime, httpStatusCode: 200 }
  }

  async deleteObject(bucket: string, key: string): Promise<void> {
    const file = this.#file(bucket, key)
    await Promise.all([rm(file, { force: true }), rm(labelOf(file), { force: true })])
  }

  async deleteObjects(bucket: string, keys: string[]): Promise<void> {
    await Promise.all(keys.map((key) => this.deleteObject(bucket, key)))
  }

  async copyObject(
    sourceBucket: string,
    source: string,
    _version: string | undefined,
    bucket: string,
    key: string,
  ): Promise<Pick<ObjectMetadata, 'httpStatusCode' | 'eTag' | 'lastModified'>> {
    const from = this.#file(sourceBucket, source)
    const to = this.#file(bucket, key)
    await copyFile(from, to)
    await copyFile(labelOf(from), labelOf(to))
    return this.headObject(bucket, key)
  }

  privateAssetUrl(bucket: string, key: string): Promise<string> {
    return Promise.resolve(`file://${this.#file(bucket, key)}`)
  }

  #file(bucket: string, key: string): string {
    return join(this.folder, createHash('sha256').update(`${bucket}/${key}`).digest('hex'))
  }

  async #label(file: string): Promise<Label> {
    return JSON.parse(await readFile(labelOf(file), 'utf8'))
  }

  /** Under another name first: a reader meets the old object or the new one. */
  async #write(bucket: string, key: string, bytes: Uint8Array, label: Label): Promise<void> {
    const file = this.#file(bucket, key)
    const draft = join(this.folder, randomUUID())
    await mkdir(this.folder, { recursive: true })
    await writeFile(draft, bytes)
    await writeFile(labelOf(file), JSON.stringify(label))
    await rename(draft, file)
  }
}

const labelOf = (file: string) => `${file}.json`

function missing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}
