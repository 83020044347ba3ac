import * as maplibre from 'maplibre-gl'
import type { StyleSpecification } from 'maplibre-gl'
import worker from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import 'maplibre-gl/dist/maplibre-gl.css'
import { config } from '../lib/config.ts'

maplibre.setWorkerUrl(worker)

/** A map in the element, unless that has gone meanwhile. Countries are drawn by ourselves: no server of tiles is asked. */
export async function newMap(container: () => HTMLElement | null): Promise<maplibre.Map | undefined> {
  const style = await styleOf()
  const element = container()
  if (!element) return undefined
  const map = new maplibre.Map({
    container: element,
    style,
    attributionControl: false,
    cooperativeGestures: true,
  })
  map.addControl(new maplibre.NavigationControl({ showCompass: false }))
  return map
}

async function styleOf(): Promise<StyleSpecification | string> {
  const { mapStyle } = config()
  if (mapStyle) return mapStyle
  const { countries } = await import('./countries.ts')
  const dark = document.documentElement.classList.contains('dark')
  return {
    version: 8,
    sources: { land: { type: 'geojson', data: await countries() } },
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': dark ? '#0f1b26' : '#cfe0ee' } },
      { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': dark ? '#25313d' : '#f4f1ea' } },
      {
        id: 'borders',
        type: 'line',
        source: 'land',
        paint: { 'line-color': dark ? '#46566a' : '#b9b2a3', 'line-width': 0.7 },
      },
    ],
  }
}
