import assert from 'node:assert/strict'
import { type ServiceSpec, specProblem } from '../../../protocols/spec/index.ts'

const spec = (environment: Readonly<Record<string, unknown>>): ServiceSpec => ({
  kind: 'service',
  name: 'web',
  project: 'shop',
  image: 'nginx',
  command: null,
  environment: environment as Record<string, string>,
  ports: [],
  replicas: 1,
  restart: 'always',
  process: null,
})

describe('service spec', () => {
  it('takes variables as a shell knows them', () => {
    assert.equal(specProblem(spec({ PORT: '80', _a: '', 'log.level': 'debug' })), null)
  })

  for (const [what, environment] of [
    ['a name with a space', { 'A B': '1' }],
    ['an empty name', { '': '1' }],
    ['a name that begins with a digit', { '1A': '1' }],
    ['a name without end', { ['A'.repeat(257)]: '1' }],
    ['a value that is no text', { A: 1 }],
    ['a value that is no text under a name that is none', { 'A B': { c: [] } }],
  ] as const) {
    it(`refuses a variable with ${what}`, () => {
      assert.match(specProblem(spec(environment))?.path ?? '', /^environment/)
    })
  }
})
