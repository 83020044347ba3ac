import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Login, refusalOf, shownAddress, withConnection } from './login.ts'
import { scramVerifier } from './scram.ts'
import type { Settings } from './settings.ts'
import type { Step } from './step.ts'

/** How long a pooler may take to hear of a new password. */
const patienceMs = 60_000

/**
 * The password of the login role of the OData door, changed only when it does not let the role in. Even the same password
 * is another one to a pooler once it is salted anew: the next login through it fails, which is somebody's request.
 */
export function gateStep({ deployLogin, gateLogin }: Settings): Step {
  return {
    title: 'Give the gate role its password',
    shown: [
      `log in as ${shownAddress(gateLogin)}: if that works, nothing is changed; else`,
      `alter role mls_gate password 'SCRAM-SHA-256$4096:****'   -- computed here: the password is in no statement`,
      'and log in until the pooler has heard of it',
    ],
    run: async (report) => {
      if (await refusalOf(gateLogin) === undefined) return report('It is the password already.')
      await setPassword(deployLogin, gateLogin.password)
      await waitUntilLetIn(gateLogin)
      report('Changed.')
    },
  }
}

export async function setPassword(as: Login, password: string): Promise<void> {
  const verifier = pg.escapeLiteral(scramVerifier(password))
  await withConnection(as, (client) => client.query(`alter role mls_gate password ${verifier}`))
}

async function waitUntilLetIn(login: Login): Promise<void> {
  for (const ends = Date.now() + patienceMs;;) {
    const refusal = await refusalOf(login)
    if (refusal === undefined) return
    if (Date.now() > ends) {
      throw new Error(
        `mls_gate has its password, and ${shownAddress(login)} refuses it: "${refusal}". ` +
          'See whether MLS_SERVICE_DB_URL or MLS_GATE_DB_URL is the transaction pooler of this project.',
      )
    }
    await sleep(2_000)
  }
}
