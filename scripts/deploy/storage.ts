import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { folders } from '../stack/layout.ts'
import { withConnection } from './login.ts'
import type { Settings } from './settings.ts'
import type { Step } from './step.ts'

/** Where migrations say it, and which policies they write on the tables of Storage. */
function expectedPolicies(): { file: string; names: string[] } {
  for (const file of readdirSync(folders.migrations)) {
    const text = readFileSync(join(folders.migrations, file), 'utf8')
    const names = [...text.matchAll(/create policy (\w+) on storage\.objects/g)].map(([, name]) => name!)
    if (names.length > 0) return { file: `migrations/${file}`, names }
  }
  throw new Error('No migration writes a policy on storage.objects.')
}

/** The tables of Storage belong to the platform: whether our policies are on them is seen, not assumed. */
export function storageStep({ deployLogin }: Settings): Step {
  const { file, names } = expectedPolicies()
  return {
    title: 'Check the policies of Storage',
    shown: [
      `expected on storage.objects: ${names.join(', ')}; what is missing: select mls.prepare_storage()`,
    ],
    run: (report) =>
      withConnection(deployLogin, async (client) => {
        const { rows: [there] } = await client.query(
          `select to_regclass('storage.objects') is not null as storage`,
        )
        if (!there.storage) return [`The project has no Storage yet: once it has, run the deployment again.`]
        const missing = async () => {
          const { rows } = await client.query<{ policyname: string }>(
            `select policyname from pg_policies where schemaname = 'storage' and tablename = 'objects'`,
          )
          return names.filter((name) => !rows.some(({ policyname }) => policyname === name))
        }
        if ((await missing()).length > 0) {
          client.on('notice', ({ message }) => report(message ?? ''))
          await client.query('select mls.prepare_storage()')
        }
        const left = await missing()
        if (left.length === 0) return report('All are there.')
        return [remedy(left, file)]
      }),
  }
}

function remedy(missing: string[], file: string): string {
  return `Users reach no file: storage.objects has no policy ${missing.join(', ')}.
  1. Dashboard, SQL Editor: select mls.prepare_storage();
     It may do from there what it may not from outside.
  2. If it warns again: dashboard, Storage, Policies, objects, New policy: one for each name, for the role
     authenticated, with the conditions that stand in ${file}.
  Then run the deployment again: this check says whether they are there.`
}
