/** The process of one reading: started by `start-mark.ts`, with the data directory as the one argument. */
import { endWithStarter } from './apart.ts'
import { openDatabase } from './database.ts'
import { inspectStore } from './inspect.ts'

endWithStarter()
const dataDir = process.argv[2] as string
try {
  await inspectStore(dataDir)
  const database = await openDatabase(dataDir)
  for await (const _ of database.pages(''));
  await database.close()
} catch {
  // What a start can be told, it is told by its own opening.
}
process.exit()
