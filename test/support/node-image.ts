/** The image that the example names, made of this machine's own Node, since nothing is pulled in tests. */
import { execFile } from 'node:child_process'
import { copyFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { docker } from './engine.ts'
import { scratchDir } from './scratch.ts'

const run = promisify(execFile)

const isPresent = (name: string) =>
  docker('image', 'inspect', name).then(
    () => true,
    () => false,
  )

/** Makes the image unless the engine holds it already; `remove` takes away only what was made. */
export const ensureNodeImage = async (name: string): Promise<{ remove(): Promise<void> }> => {
  if (await isPresent(name)) return { remove: async () => undefined }
  const scratch = await scratchDir()
  try {
    const root = join(scratch.path, 'root')
    const put = async (from: string, to: string) => {
      await mkdir(dirname(join(root, to)), { recursive: true })
      await copyFile(from, join(root, to))
    }
    await put(process.execPath, '/bin/node')
    const { stdout } = await run('ldd', [process.execPath])
    for (const [library] of stdout.matchAll(/\/\S+/g)) await put(library, library)
    const archive = join(scratch.path, 'root.tar')
    await run('tar', ['-C', root, '-cf', archive, '.'])
    await docker('import', '--change', 'ENV PATH=/bin', archive, name)
  } finally {
    await scratch.remove()
  }
  return { remove: async () => void (await docker('rmi', '--force', name)) }
}
