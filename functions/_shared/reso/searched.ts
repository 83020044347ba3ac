/**
 * Fields that `$search` looks through, by resource. None of them may need a grant. What is stored is searched by an
 * index whose catalogue says the same (mls.searched_resources).
 */
export const searchedFields: Readonly<Record<string, readonly string[]>> = {
  Property: [
    'ListingKey',
    'ListingId',
    'City',
    'StateOrProvince',
    'UnparsedAddress',
    'PropertySubType',
    'PublicRemarks',
    'X_ShortDescription',
    'X_PropertyName',
    'BuilderName',
    'BuilderModel',
  ],
  Member: ['MemberFullName', 'MemberCity'],
  Office: ['OfficeName', 'OfficeCity'],
  Media: ['ShortDescription', 'LongDescription'],
  Contacts: ['ContactFullName', 'ContactCompanyName'],
  ShowingAppointment: ['ListingKey', 'ShowingRemarks'],
  Lookup: ['LookupName', 'LookupValue', 'StandardLookupValue'],
  Field: ['ResourceName', 'FieldName', 'DisplayName'],
}
