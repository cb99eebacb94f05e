import type { ServiceSpec } from '../../../protocols/spec/index.ts'
import type { Fields, Read } from '../schema/index.ts'
import { readText } from './text.ts'

const POLICIES: Readonly<Record<string, 'always' | 'never' | 'missing'>> = {
  always: 'always',
  never: 'never',
  missing: 'missing',
  if_not_present: 'missing',
}

const readPolicy: Read<'always' | 'never' | 'missing' | null> = (value, where, notes) => {
  const text = readText(value, where, notes)
  if (text === null) return null
  const policy = Object.hasOwn(POLICIES, text) ? POLICIES[text] : undefined
  if (policy === undefined) notes.problem(value.place, where, 'one of always, never, missing is expected')
  return policy ?? null
}

/** Which image it is, and when it is asked for. */
export const readImage = ({ get }: Fields): Pick<ServiceSpec, 'image' | 'platform' | 'pull'> => {
  const platform = get('platform', readText)
  const pull = get('pull_policy', readPolicy)
  return {
    image: get('image', readText) ?? null,
    ...(platform !== undefined && { platform }),
    ...(pull !== undefined && pull !== 'missing' && { pull }),
  }
}
