/** Sentences of a sales text; `{city}`, `{size}` and `{rooms}` are filled in. */
export const ENGLISH = {
  opening: [
    'Set on a quiet street in {city}, this property combines generous proportions with a calm, timeless interior.',
    'Rarely does a home of this calibre come to the market in {city}, and it rewards a closer look.',
    'Bright, well planned and carefully kept, this is one of the most appealing addresses currently offered in {city}.',
    "A short stroll from the heart of {city}, this property enjoys privacy without giving up the town's conveniences.",
  ],
  body: [
    'The layout offers {size} of internal space with {rooms}, all of them opening to natural light.',
    'Floor-to-ceiling windows frame the view and let the evening breeze cool the living areas without effort.',
    'The kitchen was fitted by a local workshop and comes with integrated appliances and a stone worktop.',
    'Underfloor heating, VRV cooling and a solar water heater keep running costs pleasantly low all year round.',
    'The owners replaced the roof, the wiring and all bathrooms, and every invoice is available on request.',
    'There is covered parking for two cars, a lockable store and a wide lift with level access.',
    'Schools, cafés, pharmacies and a large supermarket can all be reached within a ten-minute walk.',
    'The motorway is four minutes away, which brings the airport within a comfortable forty-minute drive.',
    'Residents share a swimming pool, a gym and a reception that is staffed around the clock.',
    'Title deeds are in place, and the common expenses have been settled up to the end of the year.',
    'The materials were chosen to age well: oak floors, limestone cladding and hand-finished plaster throughout.',
    'A separate entrance serves the lower level, which is equally suited to guests, staff or a home office.',
  ],
  closing: [
    'Viewings are by appointment only, and the agency will be glad to send floor plans beforehand.',
    'Contact the office to arrange a visit; early interest is expected and weekend viewings are possible.',
    'We recommend this property both as a permanent home and as a sound long-term investment.',
  ],
}

/** Sentences that fit by the sea only. */
export const BY_THE_SEA = [
  'Outside, a covered veranda leads to a garden planted with olive, lemon and carob trees.',
  "From the main terrace you can follow the harbour lights, and on clear days the coastline's full curve.",
]
