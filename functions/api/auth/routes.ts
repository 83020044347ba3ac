import { z } from 'zod'
import type { createDoor } from '../../_shared/http/door.ts'
import { readJsonBody } from '../../_shared/http/json-body.ts'
import { signIn } from '../../_shared/oauth/sign-in.ts'

const credentials = z.strictObject({
  email: z.string().min(1).max(320),
  password: z.string().min(1).max(1_000),
})

/** `POST /v1/auth/login`, as the older service had it. */
export function addAuthRoutes(door: ReturnType<typeof createDoor>): void {
  door.post('/v1/auth/login', async (c) => {
    const { email, password } = await readJsonBody(c.req.raw, credentials, { maxBytes: 10_000 })
    return c.json({ data: await signIn(email, password) }, 200, { 'Cache-Control': 'no-store' })
  })
}
