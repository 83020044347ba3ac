import type { Family } from './kinds.ts'

interface Classes {
  PropertyType: string
  PropertyClass: string
}

/** Gold's two classifications of a property for sale or, without a sale, for rent. */
export function classesOf(family: Family, rentOnly: boolean): Classes {
  switch (family) {
    case 'land':
      return { PropertyType: 'Land', PropertyClass: 'LAND' }
    case 'apartment':
    case 'house':
      return rentOnly
        ? { PropertyType: 'ResidentialLease', PropertyClass: 'RLSE' }
        : { PropertyType: 'Residential', PropertyClass: 'RESI' }
    case 'parking_lot':
      return { PropertyType: 'CommercialSale', PropertyClass: 'COMS' }
    default:
      return rentOnly
        ? { PropertyType: 'CommercialLease', PropertyClass: 'COML' }
        : { PropertyType: 'CommercialSale', PropertyClass: 'COMS' }
  }
}

/** PropertyType of the lease sibling; its class stays that of the sale row. */
export function siblingType(family: Family): string {
  return ['apartment', 'house', 'land'].includes(family) ? 'ResidentialLease' : 'CommercialLease'
}
