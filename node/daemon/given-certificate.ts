/** The certificate that a person gave for the doors that speak TLS, in place of the node's own. */
import { isLoopbackAddress } from '../../protocols/addresses/index.ts'
import { type ResolvedSettings, SETTINGS, type SettingKey } from '../../protocols/control/settings/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type GivenCertificate, openGivenCertificate } from '../http/index.ts'
import type { Outside } from './outside.ts'
import { doorAddresses } from './own-hosts.ts'

/** Null where none was given. Called before anything is founded or joined. @throws `settingInvalid`, `certificateUnusable` */
export const openGiven = async (
  { clock, logger, shutdown }: Pick<Outside, 'clock' | 'logger' | 'shutdown'>,
  settings: ResolvedSettings,
): Promise<GivenCertificate | null> => {
  checkTls(settings)
  const { tlsCertificate: certificate, tlsKey: key } = settings.values
  if (certificate === null || key === null) return null
  const part = logger.child({ part: 'certificate' })
  const given = await openGivenCertificate({ clock, logger: part }, { certificate, key })
  shutdown.add('certificate', async () => given.close())
  return given
}

/** A certificate is of no use without its key; and nobody who switched TLS off shall wonder why it is spoken. */
const checkTls = (settings: ResolvedSettings): void => {
  const { values, sources } = settings
  const refuse = (key: SettingKey, detail: string) => {
    const source = sources[key]
    throw new CoterieError('settingInvalid', {
      setting: SETTINGS[key].name,
      source: source.from === 'default' ? 'default' : source.name,
      detail,
    })
  }
  const { tlsCertificate, tlsKey, tlsEnabled } = values
  if (tlsCertificate !== null && tlsKey === null) refuse('tlsCertificate', 'tls-key is not given beside it')
  if (tlsKey !== null && tlsCertificate === null) refuse('tlsKey', 'tls-certificate is not given beside it')
  const beyond = doorAddresses(values).find((address) => !isLoopbackAddress(address))
  if (!tlsEnabled && sources.tlsEnabled.from !== 'default' && beyond !== undefined)
    refuse('tlsEnabled', `other machines reach ${beyond}, where TLS alone is spoken`)
}
