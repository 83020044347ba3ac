export const runWebhooks = async (_pool: unknown, _options: unknown): Promise<void> => {}
