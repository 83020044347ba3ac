import process from 'node:process'
import { createInterface } from 'node:readline'

/**
 * How the stack and its processes talk: a child reports on its standard output with lines that begin with the
 * mark; the stack gives orders on the child's standard input. The end of the input is the end of the stack,
 * however that came about, and then the child ends too.
 */
export const mark = '@stack '

export interface Report {
  event: 'loaded' | 'ready'
  port?: number
  /** Of a process that serves several things: by name. */
  ports?: Record<string, number>
}

/** Called in a child: tells the stack. */
export function report(event: Report): void {
  console.log(mark + JSON.stringify(event))
}

/** Called in a child: runs `order` for each line of input, and ends the process with the input. */
export function followOrders(order: (line: string) => void = () => {}): void {
  const input = createInterface({ input: process.stdin })
  input.on('line', order)
  input.on('close', () => process.exit(0))
}
