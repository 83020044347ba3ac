// supabase-js refuses to start on Node 20, which has no WebSocket; no test uses realtime.
;(globalThis as { WebSocket?: unknown }).WebSocket ??= class {}
