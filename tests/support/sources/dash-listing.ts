export const guidOf = (number: number) => `BBBBBBBB-0000-4000-8000-${String(number).padStart(12, '0')}`
/** A listing as Dash delivers it, with two pictures. */
export const dashListing = (number: number, changes: Record<string, unknown> = {}) => ({
  listingGuid: guidOf(number),
  listingId: `D-${number}`,
  statusCode: 'AC',
  family: 'residentialsales',
  listPrice: 100_000 + number,
  currencyCode: 'KZT',
  office: { officeGuid: 'KZ-OFFICE' },
  propertyDetails: {
    typeDescription: 'Residential',
    subtypeDescription: 'Condominium',
    propertyName: `Дом ${number}`,
    location: { city: 'Алматы', countryCode: 'KZ', latitude: 43.25, longitude: 76.9 },
  },
  remarks: [{ remark: 'By the park.', remarkType: 'PublicRemarks', language: 'en' }],
  media: [1, 2].map((order) => ({
    mediaGuid: `M-${number}-${order}`,
    sequenceNumber: order,
    isDefault: order === 1,
    url: `https://img.example.com/${number}/${order}.jpg`,
    formatCode: 'IM',
    isDistributable: true,
  })),
  ...changes,
})
