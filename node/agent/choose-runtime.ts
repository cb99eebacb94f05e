import { CoterieError } from '../../protocols/errors/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import type { RuntimeKind } from '../../protocols/tasks/index.ts'
import type { RuntimeChoice } from './advance.ts'
import { problemOf } from './restart.ts'

/** How a runtime is: it answers; it does not, since a moment ago; it does not, since long; the node has none. */
export type Presence =
  | { readonly type: 'up' }
  | { readonly type: 'silent' | 'gone'; readonly detail: string }
  | { readonly type: 'none' }

const silent = (detail: string): RuntimeChoice => ({
  type: 'silent',
  problem: problemOf(new CoterieError('engineUnreachable', { detail })),
})

/** A task that was begun in a runtime stays with it: its container may be there, however silent the engine is. */
export const stayWith = (runtime: RuntimeKind, presence: Presence): RuntimeChoice =>
  presence.type === 'silent' || presence.type === 'gone' ? silent(presence.detail) : { type: 'use', runtime }

/**
 * Where to begin a service: Docker, where the engine answers and there is an image; else as a process, where
 * the node allows it and the spec says what to run.
 */
export const chooseRuntime = (
  spec: ServiceSpec,
  presence: (kind: RuntimeKind) => Presence,
): RuntimeChoice => {
  const docker = presence('docker')
  const process = presence('process')
  if (spec.image !== null && docker.type === 'up') return { type: 'use', runtime: 'docker' }
  if (spec.process !== null && process.type === 'up') return { type: 'use', runtime: 'process' }
  if (spec.image !== null && docker.type === 'silent') return silent(docker.detail)
  const reasons = [
    spec.image === null
      ? 'it names no image'
      : docker.type === 'gone'
        ? `Docker does not answer (${docker.detail})`
        : 'the node uses no Docker',
    spec.process === null
      ? 'it names no command to run as a process'
      : process.type === 'gone'
        ? process.detail
        : 'the node runs no plain processes',
  ]
  return {
    type: 'missing',
    problem: problemOf(
      new CoterieError('runtimeMissing', { service: spec.name, detail: reasons.join(', and ') }),
    ),
  }
}
