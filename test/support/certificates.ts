/** Certificates for tests, made by openssl(1): `requires(this, 'openssl')` first. */
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface MadeCertificate {
  /** Paths. */
  readonly files: { readonly certificate: string; readonly key: string }
  /** PEM. */
  readonly certificate: string
  readonly key: string
}

/** A certificate that proves itself, for 127.0.0.1 and these names. */
export const makeCertificate = async (
  directory: string,
  name: string,
  hosts: readonly string[] = ['attic.example'],
): Promise<MadeCertificate> => {
  const files = { certificate: join(directory, `${name}.pem`), key: join(directory, `${name}-key.pem`) }
  const alternatives = ['IP:127.0.0.1', ...hosts.map((host) => `DNS:${host}`)].join(',')
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-days', '3650']
  const says = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${alternatives}`]
  const places = ['-keyout', files.key, '-out', files.certificate]
  execFileSync('openssl', ['req', ...kind, ...says, ...places], { stdio: 'ignore' })
  const [certificate, key] = await Promise.all(
    [files.certificate, files.key].map((path) => readFile(path, 'utf8')),
  )
  return { files, certificate: certificate as string, key: key as string }
}
