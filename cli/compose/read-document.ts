import type { ServiceSpec } from '../../protocols/spec/index.ts'
import { LABEL, LABEL_EXPECTED, type LoadedCompose } from './load/index.ts'
import { leftOut, type Note } from './notes.ts'
import { readService } from './read-service.ts'
import { entriesOf } from './tree.ts'

const TOP_LEVEL = ['name', 'services']

export interface ComposeFile {
  readonly project: string
  readonly services: readonly ServiceSpec[]
  /** What the files ask for and is not honoured, with its place. */
  readonly warnings: readonly Note[]
}

/** The services of a loaded document. @throws `composeInvalid` with the first problem's place, and how many more there are */
export const readLoaded = ({ project, document, notes }: LoadedCompose): ComposeFile => {
  for (const [key, { keyPlace }] of document.entries) {
    const isExtension = key.startsWith('x-') && key !== 'x-coterie'
    if (!TOP_LEVEL.includes(key) && !isExtension) notes.warning(keyPlace, key, leftOut(key, TOP_LEVEL))
  }
  const services = document.entries.get('services')?.value
  const listed = [...entriesOf(services)]
  if (listed.length === 0) {
    const { place } = services ?? document
    notes.problem(place, 'services', 'a mapping with at least one service is expected')
  }
  const specs = listed.map(([name, { keyPlace, value }]) => {
    const where = `services.${name}`
    if (!LABEL.test(name)) notes.problem(keyPlace, where, LABEL_EXPECTED)
    return readService(name, project, value, where, notes)
  })
  notes.refuse()
  return { project, services: specs, warnings: notes.warnings }
}
