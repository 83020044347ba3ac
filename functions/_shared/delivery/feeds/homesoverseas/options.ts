import type { JsonObject } from '../../json.ts'
import { affirmed, hasPool, isAffirmed, labels } from '../labels.ts'

type Test = (columns: JsonObject) => boolean

/** Options of an object and what makes them true. Labels that deny ("No A/C", "Uncovered") do not count. */
const tests: [number, Test][] = [
  [5, ({ mountain_view }) => mountain_view === true],
  [6, ({ sea_view }) => sea_view === true],
  [7, ({ beach_front }) => beach_front === true],
  [12, (c) => c.has_fireplace === true || amount(c.fireplaces_total) || affirmed(c.fireplace_features)],
  [15, ({ x_sm_smart_home }) => x_sm_smart_home === true],
  [17, (c) => affirmed(c.heating_features) || affirmed(c.heating_type)],
  [18, (c) => c.air_condition === true || affirmed(c.cooling_features)],
  [19, hasPool],
  [23, (c) => !hasCoveredParking(c) && hasParking(c)],
  [33, hasCoveredParking],
  [34, ({ x_sm_elevator }) => x_sm_elevator === true],
  [35, (c) => affirmed(c.patio_porch_features)],
  [49, ({ store_room, storage_space }) => store_room === true || storage_space === true],
]

export function optionsOf(columns: JsonObject): number[] {
  return tests.filter(([, test]) => test(columns)).map(([id]) => id)
}

function hasCoveredParking(columns: JsonObject): boolean {
  return amount(columns.parking_covered) || amount(columns.garage_spaces) ||
    affirmed(columns.garage_features) ||
    labels(parkingText(columns)).some((label) =>
      /\b(covered|garage|carport)\b/i.test(label) && isAffirmed(label)
    )
}

function hasParking(columns: JsonObject): boolean {
  return amount(columns.parking_uncovered) || amount(columns.parking_total) || affirmed(parkingText(columns))
}

function parkingText({ extensions }: JsonObject): unknown {
  return (extensions as JsonObject | undefined)?.ParkingFeatures
}

function amount(value: unknown): boolean {
  return Number(value ?? 0) > 0
}
