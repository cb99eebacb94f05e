import { Type } from 'typebox'

/** Every answer that is not a success. The type is `ErrorBody` of protocols/errors. */
export const ErrorBodySchema = Type.Object({
  code: Type.String({ description: 'Stable; compare this, never the text.' }),
  message: Type.String({ description: 'What happened.' }),
  next: Type.String({ description: 'What to do next.' }),
  data: Type.Record(Type.String(), Type.Unknown()),
})
