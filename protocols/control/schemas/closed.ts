import { type TProperties, type TSchema, Type } from 'typebox'

/** An object that refuses keys it does not name: in a request they are a mistake that must not pass in silence. */
export const Closed = <Properties extends TProperties>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false })

/** No keys at all: a route without parameters, without a query, or with nothing to say in its body. */
export const NothingSchema = Closed({})

/** A value, or null where there is none; a key is never left out instead. */
export const Nullable = <Schema extends TSchema>(schema: Schema, description?: string) =>
  Type.Union([schema, Type.Null()], description === undefined ? {} : { description })
