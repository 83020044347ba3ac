import * as maplibre from 'maplibre-gl'
import type { GeoJSONSource, Map as Atlas_ } from 'maplibre-gl'
import { useEffect, useRef } from 'react'
import { newMap } from './land.ts'

export interface Point {
  id: string
  lat: number
  lng: number
}

/** Points on a map, gathered where they are many. */
export function Atlas(
  { points, choose, label }: { points: Point[]; choose: (ids: string[]) => void; label: string },
) {
  const box = useRef<HTMLDivElement>(null)
  const map = useRef<Atlas_>(undefined)
  const latest = useRef({ points, choose })
  latest.current = { points, choose }

  useEffect(() => {
    let gone = false
    newMap(() => gone ? null : box.current).then((made) => {
      if (!made) return
      map.current = made
      made.on('load', () => {
        addPoints(made, latest.current.points)
        showAll(made, latest.current.points)
        made.on('click', ['points', 'clusters'], (event) => {
          const near = made.queryRenderedFeatures([[event.point.x - 6, event.point.y - 6], [
            event.point.x + 6,
            event.point.y + 6,
          ]], { layers: ['points'] })
          latest.current.choose(near.map(({ properties }) => String(properties.id)))
          if (near.length === 0) made.easeTo({ center: event.lngLat, zoom: made.getZoom() + 2 })
        })
      })
    })
    return () => {
      gone = true
      map.current?.remove()
    }
  }, [])

  useEffect(() => {
    const source = map.current?.getSource<GeoJSONSource>('points')
    source?.setData(collection(points))
  }, [points])

  return (
    <div
      ref={box}
      role='application'
      aria-label={label}
      className='h-[70vh] overflow-hidden rounded-lg border'
    />
  )
}

function collection(points: Point[]): GeoJSON.FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: points.map(({ id, lat, lng }) => ({
      type: 'Feature',
      properties: { id },
      geometry: { type: 'Point', coordinates: [lng, lat] },
    })),
  }
}

function addPoints(map: Atlas_, points: Point[]): void {
  map.addSource('points', { type: 'geojson', data: collection(points), cluster: true, clusterRadius: 40 })
  const paint = { 'circle-color': '#1d4ed8', 'circle-stroke-color': '#ffffff', 'circle-stroke-width': 1.5 }
  map.addLayer({
    id: 'clusters',
    type: 'circle',
    source: 'points',
    filter: ['has', 'point_count'],
    paint: { ...paint, 'circle-radius': ['step', ['get', 'point_count'], 12, 10, 16, 50, 22] },
  })
  map.addLayer({
    id: 'points',
    type: 'circle',
    source: 'points',
    filter: ['!', ['has', 'point_count']],
    paint: { ...paint, 'circle-radius': 6 },
  })
}

function showAll(map: Atlas_, points: Point[]): void {
  if (points.length === 0) return
  const bounds = new maplibre.LngLatBounds()
  for (const { lng, lat } of points) bounds.extend([lng, lat])
  map.fitBounds(bounds, { padding: 40, maxZoom: 12, animate: false })
}
