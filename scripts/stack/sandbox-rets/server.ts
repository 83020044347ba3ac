import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { drawFault, type FaultSettings, noFaults, readFaults } from '../sandbox-dash/faults.ts'
import { answerObjects, type ObjectQuirks, plainObjects } from './objects.ts'
import { QueryFault, readQuery, type RetsRow } from './dmql.ts'
import { kindsOf, metadata, RetsStore } from './store.ts'

/** Habits of servers. All can be changed while it serves. */
export interface RetsQuirks extends ObjectQuirks {
  version: 'RETS/1.7.2' | 'RETS/1.8'
  auth: 'digest' | 'basic'
  /** Password of the user agent, where the server asks for it. */
  uaPassword?: string
  /** What becomes of Offset. */
  offset: 'works' | 'ignored' | 'refused' | 'broken'
  /** Rows that it gives at most, whatever Limit says. */
  cap: number
  /** Whether MAXROWS says that there are more. */
  maxrows: boolean
  /** Whether a part of the keys may be asked for by `A+` and `A-`. */
  ranges: boolean
  /** Whether COUNT is given. */
  counts: boolean
  /** Searches after which the session is forgotten. */
  sessionSearches: number
  /** Whether a second login is refused while one is there. */
  single: boolean
  /** After so long without a transaction a session ends by itself. */
  idleSeconds: number
  /** How rows are written. */
  delimiter: string
  leading: boolean
  trailing: boolean
  encoding: 'utf-8' | 'latin1'
  /** `relative` addresses of transactions, as many servers give them. */
  capabilities: 'relative' | 'absolute'
}

const plain: RetsQuirks = {
  version: 'RETS/1.7.2',
  auth: 'digest',
  offset: 'works',
  cap: 1_000,
  maxrows: true,
  ranges: true,
  counts: true,
  sessionSearches: Infinity,
  single: true,
  idleSeconds: 1_800,
  delimiter: '\t',
  leading: true,
  trailing: true,
  encoding: 'utf-8',
  ...plainObjects,
  capabilities: 'relative',
}

export const retsSecrets = { username: 'tester', password: 'sandbox-rets' }

export interface RetsSandbox {
  url: string
  loginUrl: string
  store: RetsStore
  quirks: RetsQuirks
  faults: FaultSettings
  credentials: { username: string; password: string }
  /** Transactions that were asked, with their parameters. */
  asked: { name: string; query: URLSearchParams }[]
  logins: number
  /** Sessions that nobody has logged out. */
  open(): number
  delay: number
  concurrency: number
  close(): Promise<void>
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex')

/** A RETS server to try against, ours from end to end, with the habits of the real ones. `/sandbox/...` is never failed. */
export async function startSandboxRets(
  options: { port?: number; listings?: number; quirks?: Partial<RetsQuirks> } = {},
): Promise<RetsSandbox> {
  const store = new RetsStore()
  if (options.listings) store.fill(options.listings)
  const sessions = new Map<string, { left: number; until: number }>()
  const nonces = new Set<string>()
  let under = 0
  const server = createServer((request, response) => {
    sandbox.concurrency = Math.max(sandbox.concurrency, ++under)
    answer(request, response).catch((error: Error) => void response.writeHead(500).end(error.message))
      .finally(() => under--)
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, 'http://sandbox')
    if (url.pathname.startsWith('/sandbox/')) return await inspect(request, response, url)
    const { quirks } = sandbox
    const name = url.pathname.slice('/rets/'.length)
    if (sandbox.delay > 0) await new Promise((resolve) => setTimeout(resolve, sandbox.delay))
    const fault = drawFault(sandbox.faults)
    if (fault === 'error') return void response.writeHead(503).end('told to fail')
    if (fault === 'rate_limit') return void response.writeHead(429, { 'Retry-After': '1' }).end()
    if (fault) return void request.socket.destroy()
    if (!isAuthorized(request, url)) {
      const nonce = randomBytes(16).toString('hex')
      nonces.add(nonce)
      response.setHeader(
        'WWW-Authenticate',
        quirks.auth === 'basic'
          ? 'Basic realm="RETS Server"'
          : `Digest realm="RETS Server", qop="auth", nonce="${nonce}", opaque="0a1b"`,
      )
      return void response.writeHead(401).end('<html>')
    }
    sandbox.asked.push({ name, query: url.searchParams })
    const session = /RETS-Session-ID=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? ''
    if (quirks.uaPassword !== undefined && !isAgentAuthorized(request, session)) {
      return say(response, 20037, 'User Agent not authorized')
    }
    if (name === 'login') return login(response)
    const known = find(session)
    if (!known) return say(response, 20701, 'Not logged in')
    if (name === 'logout') {
      sessions.delete(session)
      return say(
        response,
        0,
        'Operation Successful',
        '<RETS-RESPONSE>\nSignOffMessage = Goodbye\n</RETS-RESPONSE>',
      )
    }
    if (name === 'action') {
      return void response.writeHead(200, { 'Content-Type': 'text/plain' }).end('Welcome')
    }
    if (name === 'metadata') return getMetadata(response, url.searchParams)
    if (name === 'object') return answerObjects(response, url.searchParams, sandbox, store)
    if (--known.left <= 0) sessions.delete(session)
    return search(response, url.searchParams)
  }

  /** A session that is open; those that were idle for too long end here. */
  function find(session: string): { left: number; until: number } | undefined {
    const now = performance.now()
    for (const [id, { until }] of sessions) if (until < now) sessions.delete(id)
    const known = sessions.get(session)
    if (known) known.until = now + sandbox.quirks.idleSeconds * 1000
    return known
  }

  function isAuthorized(request: IncomingMessage, url: URL): boolean {
    const { username, password } = retsSecrets
    const header = request.headers.authorization ?? ''
    if (sandbox.quirks.auth === 'basic') {
      return header === `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
    }
    const value = (name: string) => new RegExp(`\\b${name}="?([^",]+)"?`).exec(header)?.[1] ?? ''
    if (!nonces.has(value('nonce')) || value('uri') !== url.pathname + url.search) return false
    const expected = md5(
      `${md5(`${username}:RETS Server:${password}`)}:${value('nonce')}:${value('nc')}:${
        value('cnonce')
      }:auth:${md5(`GET:${value('uri')}`)}`,
    )
    return value('username') === username && value('response') === expected
  }

  function isAgentAuthorized(request: IncomingMessage, session: string): boolean {
    const { uaPassword, version } = sandbox.quirks
    return request.headers['rets-ua-authorization'] ===
      `Digest ${md5(`${md5(`${request.headers['user-agent']}:${uaPassword}`)}::${session}:${version}`)}`
  }

  function login(response: ServerResponse): void {
    const { quirks } = sandbox
    find('')
    if (quirks.single && sessions.size > 0) return say(response, 20022, 'Additional login not permitted')
    const session = randomBytes(12).toString('hex')
    sessions.set(session, {
      left: quirks.sessionSearches,
      until: performance.now() + quirks.idleSeconds * 1000,
    })
    sandbox.logins++
    const root = quirks.capabilities === 'relative' ? '' : sandbox.url
    response.setHeader('Set-Cookie', [`RETS-Session-ID=${session}; Path=/`, 'JSESSIONID=abc; Path=/'])
    response.setHeader('RETS-Version', quirks.version)
    const facts = quirks.version === 'RETS/1.8'
      ? ['Info=USERID;Character;tester', 'Info=MEMBERNAME;Character;T; T', 'Info=USERCLASS;Character;']
      : ['MemberName = T T', 'User = tester,NULL,NULL,NULL', 'Broker=null']
    say(
      response,
      0,
      'Operation Successful',
      `<RETS-RESPONSE>\n${
        [
          ...facts,
          'MetadataVersion = 1.00.00001',
          ...['Login', 'Logout', 'Search', 'Action', 'GetObject', 'GetMetadata'].map((name) =>
            `${name}${quirks.version === 'RETS/1.8' ? '=' : ' = '}${root}/rets/${
              name.replace(/^Get/, '').toLowerCase()
            }`
          ),
        ].join('\n')
      }\n</RETS-RESPONSE>`,
    )
  }

  function getMetadata(response: ServerResponse, query: URLSearchParams): void {
    const body = metadata(query.get('Type') ?? '', query.get('ID') ?? '')
    if (body === undefined) return say(response, 20501, 'Invalid Type')
    say(response, 0, 'Operation Successful', body)
  }

  function search(response: ServerResponse, query: URLSearchParams): void {
    const { quirks } = sandbox
    const rows = store.classes.get(query.get('Class') ?? '')
    if (!rows) return say(response, 20201, 'No such class')
    const text = query.get('Query') ?? ''
    const select = query.get('Select')?.split(',')
    if (select?.some((name) => !(name in kindsOf))) return say(response, 20202, 'Invalid Select')
    if (!quirks.ranges && /ListingKey=[^,)]*[+-]\)/.test(text) && !/ListingKey=0\+/.test(text)) {
      return say(response, 20206, 'Ranges of keys are not supported')
    }
    let test
    try {
      test = readQuery(text, kindsOf)
    } catch (error) {
      if (error instanceof QueryFault) return say(response, 20200, `Invalid Query Field: ${error.message}`)
      throw error
    }
    const found = [...rows.values()].filter(test)
    const offset = query.has('Offset') ? Number(query.get('Offset')) : 1
    if (query.has('Offset') && quirks.offset === 'refused') {
      return say(response, 20203, 'Offset is not supported')
    }
    if (query.has('Offset') && quirks.offset === 'broken') return say(response, 20209, 'Timeout')
    const start = quirks.offset === 'ignored' ? 0 : offset - 1
    const limit = /^\d+$/.test(query.get('Limit') ?? '') ? Number(query.get('Limit')) : Infinity
    const given = found.slice(start, start + Math.min(limit, quirks.cap))
    // columns come in the order of the server, not of the Select
    const columns = Object.keys(kindsOf).filter((name) => !select || select.includes(name))
    const { delimiter } = quirks
    const line = (values: string[]) =>
      (quirks.leading ? delimiter : '') + values.join(delimiter) + (quirks.trailing ? delimiter : '')
    const escaped = (value: string) => value.replaceAll('<', '&lt;').replaceAll(/&(?!\s|lt;)/g, '&amp;')
    const count = query.get('Count') === '1' && quirks.counts || query.get('Count') === '2'
      ? `<COUNT Records="${found.length}"/>\n`
      : ''
    const data = given.map((row: RetsRow) =>
      `<DATA>${line(columns.map((name) => escaped(row[name] ?? '')))}</DATA>\n`
    ).join('')
    const isCapped = start + given.length < found.length || given.length === quirks.cap
    say(
      response,
      0,
      'Operation Successful',
      query.get('Count') === '2' ? count : [
        count,
        `<DELIMITER value="${delimiter.charCodeAt(0).toString(16).padStart(2, '0')}"/>\n<COLUMNS>${
          line(columns)
        }</COLUMNS>\n`,
        given.length === 0 ? '<RETS-STATUS ReplyCode="20201" ReplyText="No Records Found"/>\n' : data,
        isCapped && quirks.maxrows && given.length > 0 ? '<MAXROWS/>\n' : '',
      ].join(''),
    )
  }

  function say(response: ServerResponse, code: number, text: string, body?: string): void {
    const head = `ReplyCode="${code}" ReplyText="${text.replaceAll('"', "'")}"`
    const whole = body === undefined
      ? `<RETS ${head}/>`
      : `<?xml version="1.0"?>\n<RETS ${head}>\n${body}</RETS>\n`
    response.writeHead(200, { 'Content-Type': 'text/xml' }).end(
      Buffer.from(whole, sandbox.quirks.encoding === 'latin1' ? 'latin1' : 'utf8'),
    )
  }

  async function inspect(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    const reply = (status: number, body: unknown) =>
      void response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
    if (`${request.method} ${url.pathname}` === 'POST /sandbox/quirks') {
      Object.assign(sandbox.quirks, JSON.parse(text))
      return reply(200, sandbox.quirks)
    }
    if (`${request.method} ${url.pathname}` !== 'POST /sandbox/faults') {
      return reply(404, { error: 'There is nothing here.' })
    }
    const read = readFaults(JSON.parse(text), sandbox.faults)
    if (typeof read === 'string') return reply(422, { error: read })
    sandbox.faults = read
    reply(200, read)
  }

  const url = await new Promise<string>((resolve, reject) => {
    server.once('error', reject)
    server.listen(
      options.port ?? 0,
      '127.0.0.1',
      () => resolve(`http://127.0.0.1:${(server.address() as { port: number }).port}`),
    )
  })
  const sandbox: RetsSandbox = {
    url,
    loginUrl: `${url}/rets/login`,
    store,
    quirks: { ...plain, ...options.quirks },
    faults: { ...noFaults },
    credentials: retsSecrets,
    asked: [],
    logins: 0,
    open: () => sessions.size,
    delay: 0,
    concurrency: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return sandbox
}
