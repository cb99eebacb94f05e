/** Compose files as people write them, given to the API as `coterie deploy` does. */
import assert from 'node:assert/strict'
import { parseCompose } from '../../cli/compose/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'

/** The specs of a file that is honoured wholly. */
export const specsOf = (compose: string): readonly ServiceSpec[] => {
  const { services, warnings } = parseCompose(compose, 'compose.yaml', 'project')
  assert.deepEqual(warnings, [])
  return services
}

/** The spec of a file with one service. */
export const specOf = (compose: string): ServiceSpec => {
  const [spec, ...others] = specsOf(compose)
  assert.equal(others.length, 0)
  return spec as ServiceSpec
}
