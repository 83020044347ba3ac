/** A message by mail, in plain text. */
export interface Letter {
  from: string
  to: string[]
  subject: string
  text: string
  headers?: Record<string, string>
}
