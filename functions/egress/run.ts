import type { Context } from 'hono'
import { servicePool } from '../_shared/db/pool.ts'
import { decodeUtf8, readBytes } from '../_shared/http/body.ts'
import { HubError } from '../_shared/http/errors.ts'
import { isJobName, jobs } from '../_shared/operate/jobs.ts'
import { runJob } from '../_shared/operate/run-job.ts'
import { parseObject } from '../_shared/delivery/json.ts'

/** `POST /egress/run {job?}`: one run of a job, `deliveries` unless another is named. 409 while one is under way. */
export async function run(c: Context): Promise<Response> {
  const text = decodeUtf8(await readBytes(c.req.raw, 10_000))
  const body = text.trim() === '' ? {} : parseObject(text)
  const job = c.req.query('job') ?? body?.job ?? 'deliveries'
  if (!body || !isJobName(job)) {
    const names = Object.keys(jobs).join(', ')
    throw new HubError('invalid_parameter', `Send {"job": ...} with one of ${names}.`, { target: 'job' })
  }
  const report = await runJob(servicePool(), job)
  if (report.status === 'busy') {
    throw new HubError('conflict', `A run of ${job} is under way.`, { members: { job } })
  }
  return c.json(report, report.status === 'ok' ? 200 : 500)
}
