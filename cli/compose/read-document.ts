import type { ServiceSpec } from '../../protocols/spec/index.ts'
import { LABEL, LABEL_EXPECTED, type LoadedCompose } from './load/index.ts'
import type { Note } from './notes.ts'
import { readService } from './read-service.ts'
import { readVolumes } from './read-volumes.ts'
import { DOCUMENT_KEYS, readFields } from './schema/index.ts'
import { entriesOf } from './tree.ts'

export interface ComposeFile {
  readonly project: string
  readonly services: readonly ServiceSpec[]
  /** What the files ask for and is not honoured, with its place. */
  readonly warnings: readonly Note[]
}

/** The services of a loaded document. @throws `composeInvalid` with the first problem's place, and how many more there are */
export const readLoaded = ({ project, document, notes, absolute }: LoadedCompose): ComposeFile => {
  const { entries } = readFields(document, '', { schema: DOCUMENT_KEYS, path: '' }, notes)
  const disks = { volumes: readVolumes(entries.get('volumes')?.value, notes), absolute }
  const services = entries.get('services')?.value
  const listed = [...entriesOf(services)]
  if (listed.length === 0) {
    const { place } = services ?? document
    notes.problem(place, 'services', 'a mapping with at least one service is expected')
  }
  const specs = listed.map(([name, { keyPlace, value }]) => {
    const where = `services.${name}`
    if (!LABEL.test(name)) notes.problem(keyPlace, where, LABEL_EXPECTED)
    return readService(value, { name, project, where }, disks, notes)
  })
  notes.refuse()
  return { project, services: specs, warnings: notes.warnings }
}
