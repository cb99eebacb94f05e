import assert from 'node:assert/strict'
import { describeImages } from '../../../cli/deploy/describe-images.ts'
import type { Plan } from '../../../protocols/control/index.ts'

const object = (name: string) => `service/shop/${name}`

describe('deploy: images of a plan', () => {
  it('are told where they have no digest, of services that change', () => {
    const plan: Plan = {
      changes: [
        { object: object('web'), action: 'create', head: null, fields: [] },
        { object: object('db'), action: 'unchanged', head: 'a'.repeat(64), fields: [] },
        { object: object('cache'), action: 'create', head: null, fields: [] },
      ],
      placements: [],
      images: [
        { object: object('web'), image: 'web:1', note: 'not pinned: it came from no registry' },
        { object: object('db'), image: 'db:1', note: 'not pinned: no route' },
        { object: object('cache'), image: `cache:1@sha256:${'a'.repeat(64)}`, note: null },
      ],
    }
    assert.equal(describeImages(plan), 'shop/web: web:1 is not pinned: it came from no registry\n')
  })
})
