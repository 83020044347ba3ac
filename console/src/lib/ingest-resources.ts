/** What is ingested, by its names there: those of the dictionary, which is too large for a browser to load. */
export const ingestResources = [
  'property',
  'member',
  'office',
  'media',
  'open_house',
  'property_rooms',
  'property_unit_types',
  'teams',
  'team_members',
  'contacts',
  'showing_appointment',
]
