/** What the generators make of this hub: types from $metadata, types from the OpenAPI document. */
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { promisify } from 'node:util'

const { FUNCTIONS_URL: functions, TOKEN: token } = process.env

async function download(path, file) {
  const response = await fetch(`${functions}/${path}`, { headers: { Authorization: `Bearer ${token}` } })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  writeFileSync(file, await response.text())
}

const run = promisify(execFile)
const tool = (name, ...args) => run(`node_modules/.bin/${name}`, args)

async function fromMetadata() {
  await download('odata/$metadata', 'generated/metadata.xml')
  await tool('odata2ts', '-s', 'generated/metadata.xml', '-o', 'generated/odata2ts', '-e', 'ts', '-m', 'all')
}

async function fromOpenApi() {
  await download('admin/openapi.json', 'generated/openapi.json')
  await tool('openapi-typescript', 'generated/openapi.json', '-o', 'generated/openapi.ts')
}

mkdirSync('generated', { recursive: true })
await Promise.all([fromMetadata(), fromOpenApi()])
