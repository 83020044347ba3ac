import type { Brokerage, GoldRecord } from './gold.ts'

/**
 * Fields that gold declares and that today's source never fills. The first record of each resource carries
 * them all, so that the demo holds a value for every field the contract names.
 */
const NEVER_FILLED: Partial<Record<keyof Brokerage, GoldRecord>> = {
  property: { X_InvestmentType: 'buy_to_let' },
  media: {
    ImageWidth: 2400,
    ImageHeight: 1600,
    X_QobrixFileId: '7f6b1a52-3c1e-4b7a-9f20-5d8f2c9b1e01',
    X_QobrixThumbnailUrl: 'https://media.example.com/thumbs/1.jpg',
    X_QobrixFilesystem: 's3',
    X_QobrixCategoryId: '4',
  },
  contacts: {
    X_QobrixContactLegacyId: '90001',
    X_QobrixContactPersonFirstName: 'Ελένη',
    X_QobrixContactPersonLastName: 'Νεοφύτου',
  },
  member: {
    X_QobrixDescription: 'Sells in Limassol & Paphos',
    X_QobrixAgreementDate: '2024-02-29',
    X_QobrixPrimaryContactId: '2d0c1f9e-52a4-4f63-9a5b-1c7e8d4b6f02',
  },
  office: { OfficeAddress2: '2nd floor, Athena Court' },
  showing_appointment: {
    BuyerContactKey: 'QOBRIX_CONTACT_2d0c1f9e-52a4-4f63-9a5b-1c7e8d4b6f02',
    ShowingStartTime: '10:30:00',
    ShowingEndTime: '11:15:00',
    ShowingOutcome: 'Second viewing',
  },
}

export function completed(brokerage: Brokerage): Brokerage {
  const whole = { ...brokerage }
  for (const [resource, fields] of Object.entries(NEVER_FILLED)) {
    const [first, ...rest] = whole[resource as keyof Brokerage]
    whole[resource as keyof Brokerage] = [{ ...first, ...fields }, ...rest]
  }
  return whole
}
