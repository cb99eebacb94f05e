import assert from 'node:assert/strict'
import { copyFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type GivenCertificate, openGivenCertificate } from '../../../node/http/given-certificate.ts'
import { CERTIFICATE_BYTES_MAX, CERTIFICATE_LOOK_MS } from '../../../node/http/limits.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { type MadeCertificate, makeCertificate } from '../../support/certificates.ts'
import { eventually } from '../../support/eventually.ts'
import { createHandClock, type HandClock } from '../../support/hand-clock.ts'
import { requires } from '../../support/requirements.ts'
import { scratchDir } from '../../support/scratch.ts'
import { recordingLogger } from '../control/fixture.ts'

describe('a given certificate', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let attic: MadeCertificate
  let cellar: MadeCertificate
  let files: { certificate: string; key: string }
  let clock: HandClock
  let logger: ReturnType<typeof recordingLogger>
  let given: GivenCertificate | null = null

  before(async function () {
    requires(this, 'openssl')
    scratch = await scratchDir()
    attic = await makeCertificate(scratch.path, 'attic')
    cellar = await makeCertificate(scratch.path, 'cellar')
    files = { certificate: join(scratch.path, 'shown.pem'), key: join(scratch.path, 'shown-key.pem') }
  })
  after(() => scratch?.remove())
  beforeEach(async () => {
    clock = createHandClock(Date.now())
    logger = recordingLogger()
    for (const path of [files.certificate, files.key]) await rm(path, { force: true })
    await copyFile(attic.files.certificate, files.certificate)
    await copyFile(attic.files.key, files.key)
  })
  afterEach(() => {
    given?.close()
    given = null
  })

  const open = async () => {
    given = await openGivenCertificate({ clock, logger }, files)
    return given
  }
  const shownBy = ({ https }: GivenCertificate) =>
    https().certificate === cellar.certificate ? 'cellar' : 'attic'

  it('is what the files hold', async () => {
    assert.deepEqual((await open()).https(), { certificate: attic.certificate, key: attic.key })
    assert.deepEqual(logger.lines, [])
  })

  it('is renewed when its files change, in place, by a rename, or behind a link', async () => {
    const shown = await open()
    let renewals = 0
    const end = shown.onRenewed(() => (renewals += 1))
    const change = async (made: MadeCertificate, put: (from: string, to: string) => Promise<void>) => {
      await put(made.files.certificate, files.certificate)
      await put(made.files.key, files.key)
      const before = renewals
      await eventually('it is seen', async () => {
        clock.pass(CERTIFICATE_LOOK_MS)
        return renewals > before
      })
      assert.equal(shown.https().certificate, made.certificate)
    }
    await change(cellar, copyFile)
    await change(attic, async (from, to) => {
      await copyFile(from, `${to}.new`)
      await rename(`${to}.new`, to)
    })
    await change(cellar, async (from, to) => {
      await rm(to)
      await symlink(from, to)
    })
    end()
    assert.equal(renewals, 3)
  })

  it('is shown on while the files do not fit each other, are broken, or are gone', async () => {
    const shown = await open()
    await copyFile(cellar.files.certificate, files.certificate)
    await shown.reload()
    assert.equal(shownBy(shown), 'attic')
    await writeFile(files.certificate, 'no certificate')
    await shown.reload()
    await rm(files.certificate)
    await shown.reload()
    assert.equal(shownBy(shown), 'attic')
    assert.equal(logger.lines.filter((line) => line.includes('is shown on')).length, 3)
    await copyFile(cellar.files.certificate, files.certificate)
    await copyFile(cellar.files.key, files.key)
    await shown.reload()
    assert.equal(shownBy(shown), 'cellar')
  })

  it('cannot be opened where it is of no use, and the error names the file', async () => {
    const refused = async (path: string, detail: RegExp) =>
      assert.rejects(open(), (error) => {
        assert.ok(isCoterieError(error, 'certificateUnusable'))
        assert.equal(error.data.path, path)
        assert.match(error.data.detail, detail)
        return true
      })
    await copyFile(cellar.files.key, files.key)
    await refused(files.certificate, /key values mismatch/i)
    await writeFile(files.key, '')
    await refused(files.certificate, /with the key in/)
    await writeFile(files.certificate, 'x'.repeat(CERTIFICATE_BYTES_MAX + 1))
    await refused(files.certificate, /it is over/)
    await rm(files.key)
    await copyFile(attic.files.certificate, files.certificate)
    await refused(files.key, /ENOENT/)
  })

  it('that has expired, or is not valid yet, is shown with a warning', async () => {
    clock = createHandClock(Date.parse('2100-01-01'))
    await open()
    assert.match(String(logger.lines), /has expired/)
    given?.close()
    clock = createHandClock(Date.parse('2000-01-01'))
    await open()
    assert.match(String(logger.lines), /not valid yet/)
  })
})
