import type { OpenLanDesk } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleOpenLanState =
  (desk: Pick<OpenLanDesk, 'state'>): Handler<'GET /v1/open-lan'> =>
  () =>
    desk.state()

export const handleOpenLan =
  (desk: Pick<OpenLanDesk, 'open'>): Handler<'POST /v1/open-lan'> =>
  ({ body }) =>
    desk.open(body)

export const handleCloseLan =
  (desk: Pick<OpenLanDesk, 'close'>): Handler<'DELETE /v1/open-lan'> =>
  () =>
    desk.close()

export const handleApproveAsking =
  (desk: Pick<OpenLanDesk, 'approve'>): Handler<'POST /v1/open-lan/approve'> =>
  ({ body: { fingerprint } }) =>
    desk.approve(fingerprint)

export const handleDenyAsking =
  (desk: Pick<OpenLanDesk, 'deny'>): Handler<'POST /v1/open-lan/deny'> =>
  ({ body: { fingerprint } }) =>
    desk.deny(fingerprint)
