import { expect, it } from 'vitest'
import { readPlaces } from '../../../scripts/places/read.ts'

it('reads CSV with other columns as properties', () => {
  const text =
    '\uFEFFname,latitude,longitude,other_names,pupils\n"Σχολείο, Α",34.7,33.0,School A|Школа А,300\n'
  expect(readPlaces('schools.csv', text, 'CY')).toEqual([{
    key: 'Σχολείο, Α 34.70000 33.00000',
    name: 'Σχολείο, Α',
    latitude: 34.7,
    longitude: 33,
    other_names: ['School A', 'Школа А'],
    country: 'CY',
    region: undefined,
    properties: { pupils: '300' },
  }])
})

it('reads GeoJSON points and polygons', () => {
  const ring = [[33, 34], [33.2, 34], [33.2, 34.2], [33, 34.2], [33, 34]]
  const places = readPlaces(
    'a.geojson',
    JSON.stringify({
      type: 'FeatureCollection',
      features: [
        { id: 7, properties: { name: 'Point' }, geometry: { type: 'Point', coordinates: [33, 34] } },
        { properties: { name: 'Area', key: 'a' }, geometry: { type: 'Polygon', coordinates: [ring] } },
      ],
    }),
  )
  expect(places[0]).toMatchObject({ key: '7', latitude: 34, longitude: 33 })
  expect(places[1]).toMatchObject({ key: 'a', boundary: { type: 'Polygon' } })
})

it.each([
  'name,latitude,longitude\n,1,1\n',
  'name,latitude,longitude\nx,95,1\n',
  'name,latitude,longitude\nx,,1e9\n',
])(
  'refuses %j with the row',
  (text) => expect(() => readPlaces('a.csv', text)).toThrow('Row 1'),
)
