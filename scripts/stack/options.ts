import { resolve } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { StackError } from './stack-error.ts'

export const commands = ['start', 'stop', 'reset', 'status'] as const
export type Command = typeof commands[number]

export interface Options {
  command: Command
  data: string
  port: number
  seed: boolean
  detach: boolean
  json: boolean
  /** A standby beside the database, which the reading doors read from. */
  replica: boolean
}

export const usage =
  `npm start  [-- --port 8000 --data .stack --no-seed --detach --replica]   serve until Ctrl-C; --detach returns once healthy;
                                                               --replica reads from a standby of the database
npm stop   [-- --data .stack]                                  end the stack of a data folder
npm run reset  [-- --data .stack]                              end it and delete its data
npm run status [-- --json --data .stack]                       URLs and keys; exit code 0 only when migrated, seeded, healthy`

export function readOptions(args: string[]): Options {
  const { values, positionals } = parse(args)
  const command = commands.find((name) => name === positionals[0])
  if (!command || positionals.length > 1) {
    throw new StackError(`There is no command "${positionals.join(' ')}".`)
  }
  const port = Number(values.port)
  if (!/^\d+$/.test(values.port) || port < 1 || port > 65535) {
    throw new StackError(`--port takes a number from 1 to 65535, not "${values.port}".`)
  }
  return {
    command,
    port,
    data: resolve(process.cwd(), values.data),
    seed: !values['no-seed'],
    detach: values.detach,
    json: values.json,
    replica: values.replica,
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        port: { type: 'string', default: '8000' },
        data: { type: 'string', default: '.stack' },
        'no-seed': { type: 'boolean', default: false },
        detach: { type: 'boolean', default: false },
        replica: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    throw new StackError((error as Error).message)
  }
}
