import { CoterieError } from '../../protocols/errors/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import type { Cli } from '../cli.ts'
import { readComposeFile } from '../deploy/compose-file.ts'
import { plain } from '../output.ts'
import { labelOf } from '../service-name.ts'

/** Replicas of all services together: what a mesh of the largest size runs in a play of seconds. */
const SLOTS_MAX = 1_000

/**
 * The services of all files, or of the one in this folder where none is given.
 * @throws `composeMissing`, `composeUnreadable`, `composeInvalid`, `simServiceTwice`, `simTooLarge`
 */
export const readServices = async (cli: Cli, files: readonly string[]): Promise<ServiceSpec[]> => {
  const services: ServiceSpec[] = []
  const fileOf = new Map<string, string>()
  for (const file of files.length === 0 ? [undefined] : files) {
    const name = plain(file ?? '')
    for (const spec of (await readComposeFile(cli, file)).services) {
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
