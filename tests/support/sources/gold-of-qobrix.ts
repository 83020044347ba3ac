import { expand } from '../../../scripts/stack/sandbox-qobrix/expand.ts'
import type { QobrixSandbox } from '../../../scripts/stack/sandbox-qobrix/server.ts'
import { propertyRecords } from '../../../functions/_shared/sources/qobrix/map/property.ts'
import type { JsonObject } from '../../../functions/_shared/delivery/json.ts'

type GoldRecord = Record<string, unknown>

/**
 * Gold as the notebooks would have delivered the listings of a sandbox, with what pandas does to a batch whose columns
 * have gaps: numbers in text columns as `2.5` and `2.0`, booleans as `True`, counts lost, `nan` among the parking.
 */
export function goldOf(sandbox: QobrixSandbox, office: string, listOffice: string): GoldRecord[] {
  const rows = [...sandbox.store.lists.get('properties')!.values()].filter(({ trashed }) => !trashed)
  return rows.flatMap((row) => {
    const property = expand(sandbox.store, row) as unknown as JsonObject
    const etl = { etl_timestamp: '2026-06-01T00:00:00Z', etl_batch_id: 'gold' }
    return propertyRecords(property, { prefix: 'QOBRIX_', listOfficeKey: listOffice, etl }).map((
      record,
    ): GoldRecord => ({
      ...record,
      OriginatingSystemOfficeKey: office,
      X_SeaView: record.X_SeaView === null ? '' : record.X_SeaView === 'true' ? 'True' : 'False',
      X_AbutsGreenArea: record.X_AbutsGreenArea === 'true' ? 'True' : record.X_AbutsGreenArea,
      X_DistanceFromSchool: record.X_DistanceFromSchool === '3' ? '3.0' : record.X_DistanceFromSchool,
      BedroomsTotal: record.BedroomsTotal === null ? null : `${record.BedroomsTotal}.0`,
      UnparsedAddress: record.UnparsedAddress ?? '',
      X_VideoLink: record.X_VideoLink ?? 'nan',
      // lost, and polluted
      X_LivingRooms: null,
      ParkingFeatures: Number(row.ref) % 5 === 0
        ? [record.ParkingFeatures, 'nan'].filter(Boolean).join(',')
        : record.ParkingFeatures,
    }))
  })
}
