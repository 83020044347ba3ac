import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { withConnection } from './login.ts'
import type { Settings } from './settings.ts'
import type { Step } from './step.ts'

/** A job bounds itself to what a hosted request may take; then nothing more is to be expected. */
const patienceMs = 150_000

const invoke =
  'select job, mls.invoke_job(job)::text as request from public.mls_schedules where enabled order by job'
const register = 'update public.mls_schedules set enabled = enabled where true'

/** How far a job has come since it was called: its run, and the answer to the call. */
interface Progress {
  job: string
  run: string | null
  result: { message?: string } | null
  answer: number | null
  answer_text: string | null
}

const progress = `
  select c.job, r.status as run, r.result, a.status_code as answer, coalesce(a.error_msg, left(a.content, 200)) as answer_text
  from unnest($1::text[], $2::bigint[]) as c (job, request)
  left join lateral (
    select status, result from public.mls_schedule_runs s
    where s.job = c.job and s.finished_at > $3::timestamptz order by s.id desc limit 1) r on true
  left join net._http_response a on a.id = c.request`

/**
 * Runs each job once, on the way the clock takes: database, Vault, pg_net, function, database. A clock that does not run
 * fails silently; here it is told at once, and why.
 */
export function clockStep({ deployLogin }: Settings): Step {
  return {
    title: 'Check the first run of each job',
    shown: [
      invoke,
      'and wait until mls_schedule_runs holds a run of each; jobs that pg_cron does not know: ' + register,
    ],
    run: (report) =>
      withConnection(deployLogin, async (client) => {
        const missing = await missingExtensions(client)
        if (missing.length > 0) {
          return [
            `The clock does not run: there is no ${
              missing.join(' and no ')
            }. Dashboard, Integrations, Cron, and Database, ` +
            'Extensions, pg_net: enable them and run the deployment again.',
          ]
        }
        if ((await unregistered(client)).length > 0) await client.query(register)
        const unknown = (await unregistered(client)).map((job) =>
          `pg_cron does not know the job ${job}: see cron.job.`
        )
        return [...unknown, ...await runEach(client, report)]
      }),
  }
}

async function missingExtensions(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select name from (values ('pg_cron', to_regclass('cron.job')::oid), ('pg_net', to_regclass('net._http_response')::oid)) e (name, found)
     where found is null`,
  )
  return rows.map(({ name }) => name)
}

async function unregistered(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ job: string }>(
    `select s.job from public.mls_schedules s where s.enabled and not exists (
       select from cron.job c where c.jobname = 'mls-' || s.job and c.schedule = s.cron)`,
  )
  return rows.map(({ job }) => job)
}

async function runEach(client: pg.Client, report: (line: string) => void): Promise<string[]> {
  const { rows: [begin] } = await client.query<{ at: string }>('select clock_timestamp()::text as at')
  const { rows: calls } = await client.query<{ job: string; request: string | null }>(invoke)
  const jobs = calls.map(({ job }) => job)
  const requests = calls.map(({ request }) => request)
  const ask = async () => (await client.query<Progress>(progress, [jobs, requests, begin!.at])).rows

  const ends = Date.now() + patienceMs
  let found = await ask()
  while (found.some(isUnderWay) && Date.now() < ends) {
    await sleep(1_000)
    found = await ask()
  }
  const failures = found.filter(({ run }) => run !== 'ok')
  report(`${found.length - failures.length} of ${found.length} jobs ran: ${jobs.join(', ')}.`)
  return failures.map((one) => `The job ${one.job} ${reasonOf(one)}`)
}

/** 409: pg_cron had called it a moment before, and that run will do. */
function isUnderWay({ run, answer }: Progress): boolean {
  return run === null && (answer === null || answer < 400 || answer === 409)
}

function reasonOf({ run, result, answer, answer_text }: Progress): string {
  if (run !== null) return `ended as ${run}: ${result?.message ?? 'see mls_schedule_runs'}.`
  if (answer === null) return 'was called and nobody answered: see net._http_response.'
  if (answer === 401 || answer === 403) {
    return `was refused (${answer}): MLS_CRON_SECRET_KEY is none of the secret keys of this project.`
  }
  return `was answered with ${answer}: ${answer_text ?? ''}`
}
