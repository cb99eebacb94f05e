import { createProcessGround } from '../grounds.ts'
import { describeRuntime } from '../runtime-compliance.ts'

describe('process runtime', () => {
  describeRuntime(() => {}, createProcessGround)
})
