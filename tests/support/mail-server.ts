import { createServer, type TLSSocket } from 'node:tls'
import { createAuthority } from './certificates.ts'

export interface ReceivedMail {
  from: string
  to: string[]
  /** Headers and body as they came, soft breaks of quoted-printable undone. */
  text: string
}

export interface MailServer {
  port: number
  /** Certificate of the authority that signed the server's. */
  ca: string
  mails: ReceivedMail[]
  /** Logins that were tried, as `user password`. */
  logins: string[]
  /** Answers to commands by their verb instead of what is usual: `{RCPT: '550 nobody'}`. */
  refuse(answers: Record<string, string>): void
  close(): Promise<void>
}

/** A mail server that speaks SMTP (RFC 5321) over TLS from the first byte, as port 465 does, and wants a login. */
export async function startMailServer(host = '127.0.0.1'): Promise<MailServer> {
  const authority = createAuthority()
  const mails: ReceivedMail[] = []
  const logins: string[] = []
  let answers: Record<string, string> = {}
  const server = createServer(authority.issue(host), (socket) => {
    socket.on('error', () => {})
    void converse(socket)
  })
  server.on('tlsClientError', () => {})
  async function converse(socket: TLSSocket) {
    const say = (line: string) => socket.write(`${line}\r\n`)
    let mail: ReceivedMail = { from: '', to: [], text: '' }
    let rest = ''
    let inData = false
    say('220 test ESMTP')
    for await (const chunk of socket.setEncoding('utf8')) {
      rest += chunk
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end)
        rest = rest.slice(end + 2)
        if (inData) {
          if (line !== '.') mail.text += `${line.replace(/^\.\./, '.')}\n`
          else {
            inData = false
            const body = mail.text.indexOf('\n\n')
            mails.push({
              ...mail,
              text: mail.text.slice(0, body) + mail.text.slice(body).replace(/=\n/g, ''),
            })
            mail = { from: '', to: [], text: '' }
            say('250 taken')
          }
          continue
        }
        const verb = line.split(' ')[0]!.toUpperCase()
        if (answers[verb]) {
          say(answers[verb])
          continue
        }
        if (verb === 'EHLO') say('250-test\r\n250 AUTH PLAIN')
        else if (verb === 'AUTH') {
          const [, user, password] = Buffer.from(line.split(' ')[2] ?? '', 'base64').toString().split('\0')
          logins.push(`${user} ${password}`)
          say('235 welcome')
        } else if (verb === 'MAIL') {
          mail.from = /<(.*?)>/.exec(line)?.[1] ?? ''
          say('250 ok')
        } else if (verb === 'RCPT') {
          mail.to.push(/<(.*?)>/.exec(line)?.[1] ?? '')
          say('250 ok')
        } else if (verb === 'DATA') {
          inData = true
          say('354 go on')
        } else if (verb === 'QUIT') {
          say('221 bye')
          socket.end()
        } else say('502 no')
      }
    }
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    port,
    ca: authority.cert,
    mails,
    logins,
    refuse: (next) => void (answers = next),
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  }
}
