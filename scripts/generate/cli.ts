import { generatedObjects } from './objects.ts'
console.log(generatedObjects().map((o) => o.sql).join('\n\n'))
