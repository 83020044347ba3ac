/** What the generators make of this hub: types from $metadata, types from the OpenAPI document. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import process from 'node:process'

const { FUNCTIONS_URL: functions, TOKEN: token } = process.env

async function download(path, file) {
  const response = await fetch(`${functions}/${path}`, { headers: { Authorization: `Bearer ${token}` } })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  writeFileSync(file, await response.text())
}

const run = (tool, ...args) =>
  execFileSync('npx', ['--no-install', tool, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })

mkdirSync('generated', { recursive: true })
await download('odata/$metadata', 'generated/metadata.xml')
await download('admin/openapi.json', 'generated/openapi.json')
run('odata2ts', '-s', 'generated/metadata.xml', '-o', 'generated/odata2ts', '-e', 'ts', '-m', 'all')
run('openapi-typescript', 'generated/openapi.json', '-o', 'generated/openapi.ts')
