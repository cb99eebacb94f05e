/** Carries over from the first directory to the second one. */
import { carryOverApart } from '../../../node/storage/carry-over-apart.ts'

const [copy = '', made = ''] = process.argv.slice(2)
await carryOverApart({ copy, made, kept: [], repairs: true }, () => undefined)
