import { CoterieError, ERRORS, type ErrorCode } from '../protocols/errors/index.ts'

/**
 * The error that a number on a tunnel stands for, in words about `service`. A number that this version does not
 * know, of a newer one, becomes `internal`.
 */
export const errorOfWire = (wire: number, service: string): CoterieError => {
  const code = (Object.keys(ERRORS) as ErrorCode[]).find((name) => ERRORS[name].wire === wire)
  // Codes of a tunnel carry the service at most; what another's words would need is not known here.
  const data = { service, detail: `code ${wire}` }
  return new CoterieError(code ?? 'internal', data as never)
}
