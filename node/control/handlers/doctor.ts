import type { Doctor } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleDoctor =
  (doctor: Doctor): Handler<'POST /v1/doctor'> =>
  ({ body }, { signal }) =>
    doctor.examine(body, signal)
