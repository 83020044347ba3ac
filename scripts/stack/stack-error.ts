/**
 * Something the person at the keyboard can mend: a port in use, a data folder of another version, a
 * migration that fails. The command line prints its message as one line, without a stack trace.
 */
export class StackError extends Error {
  constructor(message: string) {
    super(message.replace(/\s*\n\s*/g, ' ').trim())
    this.name = 'StackError'
  }
}
