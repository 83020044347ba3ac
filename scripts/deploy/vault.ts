import { withConnection } from './login.ts'
import type { Settings } from './settings.ts'
import { mask, type Step } from './step.ts'

/** Values go as parameters: a statement that fails is logged as it was written. */
const create = 'select vault.create_secret($2, $1)'
const update = 'select vault.update_secret((select id from vault.secrets where name = $1), $2)'

/** What the clock calls the functions with: their address and its key. Rotating is running this with other values. */
export function vaultStep({ deployLogin, projectUrl, cronSecretKey }: Settings): Step {
  const wanted = { project_url: projectUrl, cron_secret_key: cronSecretKey }
  return {
    title: 'Give the clock its secrets, those that differ',
    shown: [
      `${create}; where there is one:`,
      update,
      `  project_url = ${projectUrl}`,
      `  cron_secret_key = ${mask(cronSecretKey)}`,
    ],
    run: (report) =>
      withConnection(deployLogin, async (client) => {
        const { rows } = await client.query<{ name: string; decrypted_secret: string }>(
          'select name, decrypted_secret from vault.decrypted_secrets where name = any ($1)',
          [Object.keys(wanted)],
        )
        const present = new Map(rows.map(({ name, decrypted_secret }) => [name, decrypted_secret]))
        for (const [name, value] of Object.entries(wanted)) {
          if (present.get(name) === value) continue
          await client.query(present.has(name) ? update : create, [name, value])
          report(`${name} is ${present.has(name) ? 'changed' : 'new'}.`)
        }
      }),
  }
}
