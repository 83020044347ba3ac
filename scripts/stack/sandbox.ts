import process from 'node:process'
import { followOrders, report } from './child-protocol.ts'
import { sandboxSecrets } from './sandbox-dash/environment.ts'
import { startSandboxDash } from './sandbox-dash/server.ts'

/** The sandbox Dash of the local stack as a process of its own: `sandbox.ts <file to keep its listings in>`. */
const { url, close } = await startSandboxDash({ port: 0, file: process.argv[2], ...sandboxSecrets })
followOrders()
process.on('SIGTERM', () => close().then(() => process.exit(0)))
report({ event: 'ready', port: Number(new URL(url).port) })
