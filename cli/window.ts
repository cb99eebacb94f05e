import { parseDuration } from './durations.ts'

/** As the API bounds it; this file loads no schemas. */
const OPEN_LAN_MS_MAX = 86_400_000

/** For how long a node is opened to its LAN, as given by `option`. @throws `usageWrong` */
export const readWindow = (text: string, option: string): number =>
  parseDuration(text, option, OPEN_LAN_MS_MAX)
