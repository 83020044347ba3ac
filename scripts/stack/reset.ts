import { existsSync, rmdirSync, rmSync } from 'node:fs'
import { dataFiles } from './layout.ts'
import { removePostgresHome } from './postgres/home.ts'
import { stopStack } from './stop.ts'

/**
 * Ends the stack and deletes its database and credentials. Only what a stack makes is deleted, and the folder
 * only when nothing else is in it: `--data` may name anything.
 */
export async function resetStack(data: string): Promise<number> {
  await stopStack(data)
  if (existsSync(data)) {
    removePostgresHome(data)
    for (const file of Object.values(dataFiles(data))) rmSync(file, { recursive: true, force: true })
    try {
      rmdirSync(data)
    } catch {
      console.log(`${data} holds files that are not the stack's; they stay.`)
    }
  }
  console.log('Deleted. `npm start` makes everything anew.')
  return 0
}
