/** Wire forms on `PROTOCOLS.images`: what digest an image stands for, asked of a member whose engine answers. */
import { Type } from 'typebox'
import { defineMessage } from '../wire/index.ts'

/** Characters of an image's name, as the spec bounds it. */
export const IMAGE_LENGTH_MAX = 512
/** Characters of a remark: an engine's own words can be longer and are cut. */
export const IMAGE_NOTE_LENGTH_MAX = 1_000

const Image = Type.String({ minLength: 1, maxLength: IMAGE_LENGTH_MAX })

export const pinRequestCodec = defineMessage(
  'pin request',
  /** `before`: the name in the head of the service, null where there is none. */
  Type.Object({ image: Image, before: Type.Union([Image, Type.Null()]) }),
)

export const pinAnswerCodec = defineMessage(
  'pin answer',
  Type.Object({
    image: Image,
    note: Type.Union([Type.String({ maxLength: IMAGE_NOTE_LENGTH_MAX }), Type.Null()]),
  }),
)
