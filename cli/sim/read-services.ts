import { CoterieError } from '../../protocols/errors/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import type { Cli } from '../cli.ts'
import { type ComposeWords, readGiven } from '../compose-files.ts'
import { plain } from '../output.ts'
import { labelOf } from '../service-name.ts'

/** Replicas of all services together: what a mesh of the largest size runs in a play of seconds. */
const SLOTS_MAX = 1_000

/**
 * The services of all projects: of each of `files` by itself, and of those that `-f` names; of the usual files where
 * nothing is named.
 * @throws what `readGiven` does, `simServiceTwice`, `simTooLarge`
 */
export const readServices = (cli: Cli, files: readonly string[], words: ComposeWords): ServiceSpec[] => {
  const services: ServiceSpec[] = []
  const fileOf = new Map<string, string>()
  const projects = files.map((file) => [file])
  if (words.file.length > 0 || projects.length === 0) projects.push([...words.file])
  for (const project of projects) {
    const name = plain(project.join(' '))
    for (const spec of readGiven(cli, words, project).services) {
      const [label, present] = [labelOf(spec), fileOf.get(labelOf(spec))]
      if (present !== undefined)
        throw new CoterieError('simServiceTwice', { service: label, files: [present, name] })
      fileOf.set(label, name)
      services.push(spec)
    }
  }
  const slots = services.reduce((sum, { replicas }) => sum + replicas, 0)
  if (slots > SLOTS_MAX) throw new CoterieError('simTooLarge', { slots, slotsMax: SLOTS_MAX })
  return services
}
