import { CoterieError } from '../../../protocols/errors/index.ts'
import type { ServiceSpec } from '../../../protocols/spec/index.ts'

/** What a schema cannot say: a request is about one project, and names each of its services once. @throws `projectMismatch` */
export const checkProject = (
  project: string,
  specs: readonly ServiceSpec[],
  remove: readonly { readonly name: string }[],
): void => {
  const stranger = specs.find((spec) => spec.project !== project)
  if (stranger !== undefined)
    throw new CoterieError('projectMismatch', {
      project,
      detail: `${stranger.name} is of the project ${stranger.project}`,
    })
  const seen = new Set<string>()
  for (const { name } of [...specs, ...remove]) {
    if (seen.has(name))
      throw new CoterieError('projectMismatch', { project, detail: `${name} is there twice` })
    seen.add(name)
  }
}
