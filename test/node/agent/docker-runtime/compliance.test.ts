import { requires } from '../../../support/requirements.ts'
import { createDockerGround } from '../grounds.ts'
import { describeRuntime } from '../runtime-compliance.ts'

describe('docker runtime', () => {
  describeRuntime(function () {
    requires(this, 'docker')
  }, createDockerGround)
})
