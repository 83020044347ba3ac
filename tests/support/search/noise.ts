/** How far the second listing of a home is from the first, and what stands beside the two. Shares are 0 to 1. */
export interface Noise {
  /** Metres, at most. */
  moved: number
  /** Share of those in another script, without a street, without a place, with another price. */
  otherScript: number
  noStreet: number
  noPlace: number
  otherPrice: number
  /** By how much another price differs, at most: 0.1 is 10 %. */
  priceBy: number
  /** Share of those measured otherwise, by how much at most, and of those without a size. */
  otherSize: number
  sizeBy: number
  noSize: number
  /** Bits of a picture's hash that saving it anew may change. */
  bits: number
  /** Share of homes whose second listing has none of the pictures. */
  noPictures: number
  /** Share of homes whose second listing is by another agent, who counts rooms and names the kind otherwise. */
  otherAgent: number
  /** Share of homes in whose house the other source lists another flat too, and the least difference of its size. */
  neighbours: number
  neighbourBy: number
  /** Share of homes that are in a new development: as many flats beside them, alike, with one gallery. */
  developments: number
  flats: number
  /** Share of the flats of a development of which a source tells the number, and of those that are listed twice. */
  units: number
  twice: number
  /** Share of addresses with a typing error, without the number of the house, and in a town written in another script. */
  typos: number
  noNumber: number
  otherTown: number
  /** Share of those priced in round numbers, in another currency, and measured in square feet. */
  rounded: number
  otherCurrency: number
  squareFeet: number
  /** Share of homes whose second listing has one of the pictures among ten others. */
  onePicture: number
  /** Share of homes that show a picture from a stock, which one or two homes elsewhere show, too. */
  stock: number
}

export const usual: Noise = {
  moved: 90,
  otherScript: 0.3,
  noStreet: 0.1,
  noPlace: 0,
  otherPrice: 0.35,
  priceBy: 0.1,
  otherSize: 0.25,
  sizeBy: 0.01,
  noSize: 0,
  bits: 4,
  noPictures: 0.2,
  otherAgent: 0,
  neighbours: 0.5,
  neighbourBy: 0.15,
  developments: 0,
  flats: 6,
  units: 0.5,
  twice: 0.5,
  typos: 0,
  noNumber: 0,
  otherTown: 0,
  rounded: 0,
  otherCurrency: 0,
  squareFeet: 0,
  onePicture: 0,
  stock: 0,
}

/** Some of each kind of noise. */
export const everything: Partial<Noise> = {
  moved: 150,
  otherScript: 0.5,
  noStreet: 0.2,
  noPlace: 0.1,
  otherPrice: 0.6,
  priceBy: 0.08,
  otherSize: 0.5,
  sizeBy: 0.02,
  noSize: 0.1,
  bits: 6,
  noPictures: 0.3,
  otherAgent: 0.3,
  developments: 0.02,
  typos: 0.3,
  noNumber: 0.2,
  otherTown: 0.2,
  rounded: 0.2,
  otherCurrency: 0.1,
  squareFeet: 0.1,
  onePicture: 0.3,
  stock: 0.3,
}
