import type { Plan } from '../../protocols/control/index.ts'
import { plain } from '../output.ts'
import { labelOf } from '../service-name.ts'

/** What to know of images that have no digest, or not the one of their registry. Of services that stay as they are nothing is said. */
export const describeImages = ({ images = [], changes }: Plan): string => {
  const changed = new Set(changes.filter(({ action }) => action !== 'unchanged').map(({ object }) => object))
  return images
    .filter(({ object, note }) => note !== null && changed.has(object))
    .map(({ object, image, note }) => `${labelOf(object)}: ${plain(image)} is ${plain(note ?? '')}\n`)
    .join('')
}
