import process from 'node:process'
import { readOptions, usage } from './options.ts'
import { resetStack } from './reset.ts'
import { StackError } from './stack-error.ts'
import { startDetached } from './start-detached.ts'
import { startStack } from './start.ts'
import { printStatus } from './status.ts'
import { stopStack } from './stop.ts'

/** `npm start`, `npm stop`, `npm run reset`, `npm run status`: see options.ts. */
async function main(args: string[]): Promise<number> {
  if (args.includes('--help')) {
    console.log(usage)
    return 0
  }
  const options = readOptions(args)
  switch (options.command) {
    case 'start':
      return options.detach ? await startDetached(options) : await startStack(options)
    case 'stop':
      return await stopStack(options.data)
    case 'reset':
      return await resetStack(options.data)
    case 'status':
      return await printStatus(options)
  }
}

try {
  process.exit(await main(process.argv.slice(2)))
} catch (error) {
  console.error(error instanceof StackError ? error.message : error)
  process.exit(1)
}
