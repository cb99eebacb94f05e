import { Type } from 'typebox'

const FORM = '^[a-z0-9-]+(\\.[a-z0-9-]+){3}$'
const LENGTH_MAX = 200

/** `<project>.<service>.<slot>.<fencing token of its assignment>`; never used again. */
export const TaskIdSchema = Type.String({ pattern: FORM, maxLength: LENGTH_MAX })

const form = new RegExp(FORM)

/** False for what no message can name, of an object whose key is too long or has more parts than a service's. */
export const isTaskId = (text: string): boolean => text.length <= LENGTH_MAX && form.test(text)

/** `<project>.<service>.<slot>.<token>` of an object `service/<project>/<service>` whose slot is assigned with that token. */
export const taskIdOf = (object: string, slot: number, token: number): string =>
  `${object.slice(object.indexOf('/') + 1).replaceAll('/', '.')}.${slot}.${token}`
