import type { ReceivedMail } from './mail-server.ts'

/** Headers and text of a mail, whatever letters they were sent in. */
export function readMail({ text }: ReceivedMail): { headers: string; subject: string; body: string } {
  const [head = '', ...rest] = text.split('\n\n')
  const headers = head.replace(/\n[ \t]+/g, ' ')
  const raw = rest.join('\n\n')
  const bytes = /^Content-Transfer-Encoding: base64$/m.test(headers)
    ? Buffer.from(raw, 'base64')
    : Buffer.from(
      raw.replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))),
      'latin1',
    )
  const subject = /^Subject: (.*)$/m.exec(headers)![1]!.replace(
    /=\?UTF-8\?([BQ])\?(.*?)\?=\s?/gi,
    (_, kind, part) =>
      kind.toUpperCase() === 'B' ? Buffer.from(part, 'base64').toString() : Buffer.from(
        part.replaceAll('_', ' ').replace(/=([0-9A-F]{2})/g, (_: string, hex: string) =>
          String.fromCharCode(parseInt(hex, 16))),
        'latin1',
      ).toString(),
  )
  return { headers, subject, body: bytes.toString() }
}
