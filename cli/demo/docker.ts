/** The little that the demo itself asks of a Docker engine, over its socket; the daemons have their own adapter. */
import { request } from 'node:http'
import { json } from 'node:stream/consumers'

const ENGINE_MS_MAX = 3_000

/** Where there is nothing, so that the daemons of a demo without Docker do not look for one. */
export const NO_ENGINE = '/nonexistent/docker.sock'

/** The body of a successful answer; null for any other, and where no engine answers. */
const ask = (socketPath: string, method: string, path: string): Promise<unknown> =>
  new Promise((resolve) => {
    const asked = request(
      { socketPath, method, path, timeout: ENGINE_MS_MAX, headers: { host: 'docker' } },
      (response) => {
        const isFine = (response.statusCode ?? 500) < 300
        json(response).then(
          (body) => resolve(isFine ? body : null),
          () => resolve(isFine ? {} : null),
        )
      },
    )
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => resolve(null))
    asked.end()
  })

/** True where the engine answers and holds every one of these images already. */
export const holdsImages = async (socketPath: string, images: readonly string[]): Promise<boolean> => {
  const found = await Promise.all(
    images.map((image) => ask(socketPath, 'GET', `/images/${encodeURIComponent(image)}/json`)),
  )
  return images.length > 0 && found.every((image) => image !== null)
}

/** Removes the containers with this label, running or not. */
export const removeContainers = async (socketPath: string, label: string): Promise<void> => {
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }))
  const containers = (await ask(socketPath, 'GET', `/containers/json?all=true&filters=${filters}`)) as
    | { Id: string }[]
    | null
  await Promise.all(
    (containers ?? []).map(({ Id }) => ask(socketPath, 'DELETE', `/containers/${Id}?force=true&v=true`)),
  )
}
