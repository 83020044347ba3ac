/** Kinds of listing, by the names of RESO's PropertyType without spaces; a text `property_type.…` for each. */
export const propertyTypes = [
  'Residential',
  'ResidentialLease',
  'CommercialSale',
  'CommercialLease',
  'Land',
] as const
