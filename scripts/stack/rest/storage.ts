import { App, setExperimental } from '@supabase/lite'
import { Buffer } from 'node:buffer'
import { connect } from './connection.ts'
import { listFolder } from './list-folder.ts'
import { ObjectFiles } from './object-files.ts'

export interface StorageOptions {
  url: string
  /** Folder for the bytes. */
  folder: string
  jwtSecret: string
  publishableKey: string
  secretKey: string
}

type Fetch = (request: Request) => Promise<Response>

/**
 * /storage/v1: the library, and around it what a hosted project does otherwise. supabase-js speaks to this as to hosted
 * Storage: uploads, lists, signed addresses, public reading, and the policies of the database.
 */
export function storageService(options: StorageOptions): Fetch {
  setExperimental('storage', true)
  const app = new App({
    connection: connect(options.url),
    storage: { enabled: true, file_size_limit: '50MiB' },
    auth: {
      enabled: true,
      enable_signup: false,
      jwt_secret: options.jwtSecret,
      publishable_key: options.publishableKey,
      secret_key: options.secretKey,
    },
  })
  app._storageAdapter = new ObjectFiles(options.folder)
  const library: Fetch = (request) => app.fetch(request, { peerAddress: null })

  return (sent) => {
    const request = withPlainSigns(sent)
    const url = new URL(request.url)
    const path = url.pathname.slice('/storage/v1'.length)
    if (request.method === 'OPTIONS') return library(request)
    if (request.method === 'POST' && path.startsWith('/object/list/')) return listFolder(request, library)
    if (path.startsWith('/render/image/')) return render(request, url, library)
    if (/^\/object\/(upload\/)?sign\//.test(path) && request.method === 'POST') {
      return sign(request, path, library)
    }
    if (request.method === 'GET' || request.method === 'HEAD') return read(request, url, path, library)
    if (/^\/object\/[^/]+\/./.test(path)) return write(request, path, library)
    return library(request)
  }
}

/** The library reads a name by decodeURI(), which leaves these signs as they were sent; hosted Storage does not. */
function withPlainSigns(request: Request): Request {
  const url = new URL(request.url)
  const plain = url.pathname.replace(/%(?:2[46BC]|3[ABD]|40)/gi, decodeURIComponent)
  if (plain === url.pathname) return request
  url.pathname = plain
  return new Request(url, request)
}

/** What hosted Storage takes as a name: letters of ASCII alone, and a few signs. */
const validKey = /^[\w/!\-.*'() &$@=;:+,?]+$/

function invalidKey(path: string, prefix: RegExp): Response | null {
  const name = decodeURIComponent(path.replace(prefix, ''))
  if (validKey.test(name)) return null
  return failure(400, 'InvalidKey', `Invalid key: ${name}`)
}

function failure(statusCode: number, error: string, message: string): Response {
  return Response.json({ statusCode: String(statusCode), error, message }, {
    status: 400,
    headers: { 'Access-Control-Allow-Origin': '*' },
  })
}

/** An upload: the name is checked, and a form is unpacked, of which the library knows only one half. */
async function write(request: Request, path: string, library: Fetch): Promise<Response> {
  const isUpload = request.method === 'POST' || request.method === 'PUT'
  if (!isUpload) return library(request)
  const wrong = invalidKey(path, /^\/object\/(upload\/sign\/)?[^/]+\//)
  if (wrong) return wrong
  if (!request.headers.get('content-type')?.startsWith('multipart/form-data')) return library(request)

  const form = await formOf(request)
  const file = form.get('file')
  if (!(file instanceof File)) return failure(400, 'InvalidRequest', 'The form holds no file.')
  const headers = new Headers(request.headers)
  headers.set('content-type', file.type || 'application/octet-stream')
  headers.set('content-length', String(file.size))
  headers.set('cache-control', `max-age=${form.get('cacheControl') ?? 3600}`)
  const metadata = form.get('metadata')
  if (typeof metadata === 'string') headers.set('x-metadata', Buffer.from(metadata).toString('base64'))
  return library(
    new Request(request.url, { method: request.method, headers, body: await file.arrayBuffer() }),
  )
}

/** supabase-js gives the file no name in its form, and Deno overlooks parts without one. */
async function formOf(request: Request): Promise<FormData> {
  const body = Buffer.from(await request.arrayBuffer())
  const nameless = body.indexOf('; name=""')
  const named = nameless < 0 ? body : Buffer.concat([
    body.subarray(0, nameless),
    Buffer.from('; name="file"'),
    body.subarray(nameless + '; name=""'.length),
  ])
  const headers = { 'content-type': request.headers.get('content-type')! }
  return new Response(new Uint8Array(named), { headers }).formData()
}

/** The library answers `signedUrl` with its own prefix; clients expect `signedURL`, or `url` of an upload, without. */
async function sign(request: Request, path: string, library: Fetch): Promise<Response> {
  const wrong = path.startsWith('/object/upload/') && invalidKey(path, /^\/object\/upload\/sign\/[^/]+\//)
  if (wrong) return wrong
  if (/^\/object\/sign\/[^/]+$/.test(path)) return signMany(request, library)
  const response = await library(request)
  if (!response.ok) return response
  const { signedUrl, token } = await response.json() as { signedUrl: string; token?: string }
  const relative = signedUrl.replace(/^\/storage\/v1/, '')
  return Response.json(token ? { url: relative, token } : { signedURL: relative }, {
    headers: withoutLength(response.headers),
  })
}

/** The library takes a request for several addresses for one for a file without a name. */
async function signMany(request: Request, library: Fetch): Promise<Response> {
  const { expiresIn, paths } = await request.json() as { expiresIn: number; paths: string[] }
  const headers = withoutLength(request.headers)
  const signed = await Promise.all(paths.map(async (path) => {
    const url = `${request.url}/${path.split('/').map(encodeURIComponent).join('/')}`
    const body = JSON.stringify({ expiresIn })
    const one = withPlainSigns(new Request(url, { method: 'POST', headers, body }))
    const answer = await (await sign(one, new URL(one.url).pathname.slice('/storage/v1'.length), library))
      .json()
    return answer.signedURL
      ? { path, error: null, signedURL: answer.signedURL }
      : { path, error: 'Either the object does not exist or you do not have access to it', signedURL: null }
  }))
  return Response.json(signed, { headers: { 'Access-Control-Allow-Origin': '*' } })
}

/** Without a transformer the picture comes as it is: what matters here is that the address is a good one. */
function render(request: Request, url: URL, library: Fetch): Promise<Response> {
  const path = url.pathname.replace('/render/image/authenticated/', '/object/').replace(
    '/render/image/',
    '/object/',
  )
  const plain = new URL(path, url)
  const token = url.searchParams.get('token')
  if (token) plain.searchParams.set('token', token)
  return read(new Request(plain, request), plain, path.slice('/storage/v1'.length), library)
}

/** Reading: as hosted projects do, a page is answered as text, and `download` names a file to keep. */
async function read(request: Request, url: URL, path: string, library: Fetch): Promise<Response> {
  const response = await library(request)
  if (response.status === 500 && path.startsWith('/object/sign/')) {
    return failure(400, 'InvalidJWT', 'The signature is not valid, or its time is over.')
  }
  if (!response.ok || !path.startsWith('/object/')) return response
  const headers = new Headers(response.headers)
  if (headers.get('content-type')?.startsWith('text/html')) headers.set('content-type', 'text/plain')
  const name = url.searchParams.get('download')
  if (name !== null) {
    headers.set(
      'content-disposition',
      `attachment${name && `; filename*=UTF-8''${encodeURIComponent(name)}`}`,
    )
  }
  return new Response(response.body, { status: response.status, headers })
}

function withoutLength(headers: Headers): Headers {
  const rest = new Headers(headers)
  rest.delete('content-length')
  return rest
}
