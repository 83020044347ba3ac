import { spawn } from 'node:child_process'
import { Buffer } from 'node:buffer'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { repository } from '../stack/layout.ts'
import { denoExecutable } from '../stack/processes.ts'
import { startDoor } from './door.ts'
import { megabytes } from './full-run.ts'
import { cpuMilliseconds, type Line, type Subject } from './harness.ts'
import { type BenchHub, memoryOfFunctions } from './hub.ts'
import { publishMany } from './listings.ts'
import { queueLine } from './media-queue.ts'

/** Photos of 2 megapixels, what an MLS usually has. */
const photos = 60
const [width, height] = [1632, 1224]

/** Pictures: copied by a function within its limits, made small by a worker that costs little beside sharp itself. */
export const media: Subject<BenchHub> = {
  name: 'media',
  async run(hub) {
    const folder = mkdtempSync(join(tmpdir(), 'mls-hub-bench-photos-'))
    const files = await makePhotos(folder)
    const host = await startHost(files)
    try {
      const environment = {
        ...hub.environment,
        MLS_MEDIA_S3_URL: host.url,
        MLS_MEDIA_S3_KEY: 'bench',
        MLS_MEDIA_S3_SECRET: 'bench',
        MLS_MEDIA_PUBLIC_URL: host.url,
      }
      await publishMany(hub.client, photos / 10, 'QOBRIX_MEDIA_')
      await hub.client.query(
        `update public.mls_listing_media m set media_url = $1 || '/photos/' || n.n || '.jpg'
         from (select id, row_number() over (order by media_key) - 1 as n from public.mls_listing_media) n where n.id = m.id`,
        [host.url],
      )
      // what is copied waits for the worker
      await hub.client.query(`select mls.media_worker_seen('bench')`)
      const copying = await copy(hub, environment)
      const made = await make(environment)
      const { rows: [ready] } = await hub.client.query(
        `select count(*)::int as n from public.mls_media_files where status = 'ready'`,
      )
      if (ready.n !== photos) throw new Error(`${ready.n} of ${photos} photos were made.`)
      const bare = Number(await run('scripts/bench/bare-sharp.ts', [folder], {}).then(({ text }) => text))
      const lines: Line[] = [...copying]
      if (made !== undefined) {
        lines.push({
          name: 'media, photos per CPU second of the worker against sharp alone',
          value: bare / made,
          unit: 'x',
          limit: { min: 0.85 },
          detail: `${photos} photos of 2 MP: ${(photos / made).toFixed(2)} against ${
            (photos / bare).toFixed(2)
          } per CPU second`,
        })
      }
      return [...lines, await queueLine(hub.client, hub.rows * 10)]
    } finally {
      host.close()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** Noise in several sizes on top of each other: as hard to compress as a photograph. */
async function makePhotos(folder: string): Promise<Map<string, Buffer>> {
  const { default: sharp } = await import('sharp')
  const noise = (size: number, sigma: number) =>
    sharp({
      create: {
        width: size,
        height: size,
        channels: 3,
        background: '#888',
        noise: { type: 'gaussian', mean: 128, sigma },
      },
    })
      .resize(width, height, { fit: 'fill' }).png({ compressionLevel: 0 }).toBuffer()
  const files = new Map<string, Buffer>()
  for (let i = 0; i < photos; i++) {
    const body = await sharp(await noise(12, 60))
      .composite([{ input: await noise(200, 30), blend: 'overlay' }, {
        input: await noise(900, 14),
        blend: 'overlay',
      }])
      .jpeg({ quality: 88 }).toBuffer()
    files.set(`/photos/${i}.jpg`, body)
    writeFileSync(join(folder, `${i}.jpg`), body)
  }
  return files
}

/** The host of the photos, and the S3 that the copies lie in. */
async function startHost(objects: Map<string, Buffer>) {
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    const { pathname } = new URL(request.url!, 'http://x')
    if (request.method === 'PUT') objects.set(pathname, Buffer.concat(pieces))
    if (request.method === 'DELETE') objects.delete(pathname)
    const body = request.method === 'GET' ? objects.get(pathname) : Buffer.alloc(0)
    response.writeHead(body ? 200 : 404, { 'content-length': body?.length ?? 0 }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** The job in a process like that of a hosted function. */
async function copy(hub: BenchHub, environment: Record<string, string>): Promise<Line[]> {
  const { door, url } = await startDoor('egress', { ...environment, ...memoryOfFunctions })
  try {
    const headers = { Authorization: `Bearer ${await hub.token('operator')}` }
    const before = cpuMilliseconds(door.pid)
    const answer = await fetch(`${url}/run?job=media`, { method: 'POST', headers })
    const { result } = await answer.json()
    if (result?.variants !== photos) throw new Error(`The job copied ${JSON.stringify(result)}.`)
    const cpu = (cpuMilliseconds(door.pid) ?? 0) - (before ?? 0)
    const peak = megabytes(door.pid, 'VmHWM')
    if (peak === undefined) return []
    const { rows: [{ mb }] } = await hub.client.query(
      'select sum(bytes) / 1048576 as mb from public.mls_media_files',
    )
    const detail = `${photos} photos, ${Number(mb).toFixed(0)} MB, in one run`
    return [
      { name: 'media, CPU of copying', value: cpu, unit: 'ms', limit: { max: 2_000 }, detail },
      { name: 'media, memory of copying', value: peak, unit: 'MB', limit: { max: 256 }, detail },
    ]
  } finally {
    await door.stop()
  }
}

/** CPU seconds of a worker from its start to its end. */
async function make(environment: Record<string, string>): Promise<number | undefined> {
  const { cpu } = await run('scripts/worker/cli.ts', ['--once'], environment)
  return cpu
}

/** Runs a program to its end: what it printed, and its CPU seconds as they were last seen. */
async function run(program: string, args: string[], environment: Record<string, string>) {
  const child = spawn(denoExecutable(), ['run', '-A', '--quiet', join(repository, program), ...args], {
    cwd: repository,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let cpu: number | undefined
  const look = setInterval(() => {
    try {
      cpu = cpuMilliseconds(child.pid)! / 1000
    } catch {
      // it has just ended
    }
  }, 20)
  let text = ''
  for await (const chunk of child.stdout.setEncoding('utf8')) text += chunk
  clearInterval(look)
  return { text, cpu }
}
