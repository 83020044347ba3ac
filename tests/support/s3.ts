import { Buffer } from 'node:buffer'
import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface StoredObject {
  body: Buffer
  type?: string
  cache?: string
  modified: number
}

/** An S3 with one bucket, kept in memory. */
export interface TestS3 {
  /** Of the bucket. */
  url: string
  /** By name. */
  objects: Map<string, StoredObject>
  /** Names per answer of a list. */
  pageSize: number
  /** What the hub needs to keep pictures there; `mls-public/` is readable by anybody. */
  environment: Record<string, string>
  close(): Promise<void>
}

const region = 'eu-west-1'
const key = 'AKIATEST'
const secret = 'secret/of+the=test'

const hmac = (secret: string | Buffer, text: string) => createHmac('sha256', secret).update(text).digest()
const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex')

/** Recomputes the signature (AWS Signature Version 4) from the secret. */
function isSigned(request: IncomingMessage, body: Buffer): boolean {
  const [, scope, names, signature] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/
      .exec(request.headers.authorization ?? '') ?? []
  if (!scope || !names || !signature) return false
  const time = String(request.headers['x-amz-date'])
  const day = time.slice(0, 8)
  if (scope !== `${key}/${day}/${region}/s3/aws4_request`) return false
  const content = String(request.headers['x-amz-content-sha256'])
  if (content !== 'UNSIGNED-PAYLOAD' && content !== sha256(body)) return false
  const url = new URL(request.url!, 'http://x')
  const encoded = (text: string) =>
    encodeURIComponent(text).replace(
      /[!'()*]/g,
      (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
    )
  const canonical = [
    request.method,
    request.url!.split('?')[0],
    [...url.searchParams].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).sort().join('&'),
    ...names.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}`),
    '',
    names,
    content,
  ].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', time, scope.slice(key.length + 1), sha256(canonical)].join('\n')
  const signing = [day, region, 's3', 'aws4_request']
    .reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secret}`)
  return hmac(signing, toSign).toString('hex') === signature
}

export async function startS3(): Promise<TestS3> {
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    answer(request, response, Buffer.concat(pieces))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/bucket`
  const s3: TestS3 = {
    url,
    objects: new Map(),
    pageSize: 1000,
    environment: {
      MLS_MEDIA_S3_URL: `${url}/`,
      MLS_MEDIA_S3_KEY: key,
      MLS_MEDIA_S3_SECRET: secret,
      MLS_MEDIA_S3_REGION: region,
      MLS_MEDIA_PUBLIC_URL: `${url}/mls-public`,
    },
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }

  function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const { pathname, searchParams } = new URL(request.url!, 'http://x')
    const name = decodeURIComponent(pathname.slice('/bucket/'.length))
    const isPublic = request.method === 'GET' && name.startsWith('mls-public/')
    if (!isPublic && !isSigned(request, body)) return void response.writeHead(403).end()
    if (name === '') return void response.writeHead(200).end(list(searchParams))
    if (request.method === 'PUT') {
      const { 'content-type': type, 'cache-control': cache } = request.headers
      s3.objects.set(name, { body, type, cache, modified: Date.now() })
      return void response.writeHead(200).end()
    }
    if (request.method === 'DELETE') {
      s3.objects.delete(name)
      return void response.writeHead(204).end()
    }
    const object = s3.objects.get(name)
    response.writeHead(object ? 200 : 404, object?.type ? { 'content-type': object.type } : {}).end(
      object?.body,
    )
  }

  function list(query: URLSearchParams): string {
    const after = query.get('start-after') ?? ''
    const names = [...s3.objects.keys()].filter((name) =>
      name.startsWith(query.get('prefix') ?? '') && name > after
    )
      .sort()
    const page = names.slice(0, s3.pageSize)
    const contents = page.map((name) =>
      `<Contents><Key>${encodeURIComponent(name)}</Key><LastModified>${
        new Date(s3.objects.get(name)!.modified).toISOString()
      }</LastModified></Contents>`
    )
    return `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
      `<IsTruncated>${names.length > page.length}</IsTruncated>${contents.join('')}</ListBucketResult>`
  }
  return s3
}
