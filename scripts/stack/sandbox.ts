import process from 'node:process'
import { followOrders, report } from './child-protocol.ts'
import { sandboxSecrets } from './sandbox-dash/environment.ts'
import { startSandboxDash } from './sandbox-dash/server.ts'
import { startSandboxQobrix } from './sandbox-qobrix/server.ts'
import { startSandboxRets } from './sandbox-rets/server.ts'

/**
 * The sandboxes of the local stack in a process of their own: `sandbox.ts <file to keep Dash's listings in>`. All are
 * ours from end to end; those of Qobrix and RETS hold a few invented listings.
 */
const dash = await startSandboxDash({ port: 0, file: process.argv[2], ...sandboxSecrets })
const qobrix = await startSandboxQobrix({ listings: 40 })
const rets = await startSandboxRets({ listings: 40 })
const portOf = ({ url }: { url: string }) => Number(new URL(url).port)
followOrders()
process.on('SIGTERM', () => {
  Promise.all([dash.close(), qobrix.close(), rets.close()]).then(() => process.exit(0))
})
report({
  event: 'ready',
  port: portOf(dash),
  ports: { dash: portOf(dash), qobrix: portOf(qobrix), rets: portOf(rets) },
})
