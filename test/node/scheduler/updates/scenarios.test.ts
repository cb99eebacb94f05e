import { join } from 'node:path'
import { testStories } from '../../../support/stories.ts'
import { replay } from './scenario.ts'

describe('stories of updates', () => testStories(join(import.meta.dirname, 'scenarios'), replay))
