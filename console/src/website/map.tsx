import { keepPreviousData, useQuery } from '@tanstack/react-query'
import * as maplibre from 'maplibre-gl'
import { useEffect, useRef, useState } from 'react'
import { t } from '../i18n/index.ts'
import { ErrorBox } from '../ui/parts.tsx'
import { newMap } from '../ui/land.ts'
import { type Cluster, type Search, searchHomes } from './search.ts'

/** Where groups are fine enough to see where homes are, before anything is known of them. */
const firstZoom = 8

/** Homes found as groups on a map, counted by the hub. Whoever moves the map searches what is in sight. */
export function HomesMap({ search, move }: { search: Search; move: (box: string) => void }) {
  const box = useRef<HTMLDivElement>(null)
  const [map, setMap] = useState<maplibre.Map>()
  const [zoom, setZoom] = useState(firstZoom)
  const latest = useRef(move)
  latest.current = move
  // to begin with: the box of the address, or all that is found, in two steps for groups are coarse from afar
  const steps = useRef(search.bbox ? 1 : 2)
  const isPlaced = useRef(false)
  const { sort: _, ...conditions } = search
  const found = useQuery({
    queryKey: ['clusters', conditions, zoom],
    queryFn: () => searchHomes({ ...conditions, zoom, limit: 0, include: ['clusters'] }),
    placeholderData: keepPreviousData,
  })
  const clusters = found.data?.clusters

  useEffect(() => {
    let gone = false
    let made: maplibre.Map | undefined
    newMap(() => gone ? null : box.current).then((map) => {
      made = map
      map?.on('moveend', (event: maplibre.MapLibreEvent & { isChosen?: true }) => {
        // a new map tells of its size, and where it stands then says nothing
        if (!isPlaced.current) return
        setZoom(Math.min(22, Math.max(0, Math.round(map.getZoom()))))
        // not where it was moved to show what was found
        if (!event.originalEvent && !event.isChosen) return
        steps.current = 0
        latest.current(boxOf(map.getBounds()))
      })
      map?.once('load', () => setMap(map))
    })
    return () => {
      gone = true
      made?.remove()
    }
  }, [])

  useEffect(() => {
    if (!map || !clusters || found.isPlaceholderData || steps.current === 0) return
    steps.current--
    isPlaced.current = true
    const box = search.bbox as number[] | undefined
    const shown = box ? boundsOf(box) : boundsAround(clusters, tile(zoom))
    if (shown.isEmpty()) return
    map.fitBounds(shown, { padding: box ? 0 : 20, maxZoom: 14, animate: false })
  }, [map, clusters, found.isPlaceholderData])

  useEffect(() => {
    if (!map || !clusters) return
    const markers = clusters.map((cluster) => marker(map, cluster))
    return () => markers.forEach((one) => one.remove())
  }, [map, clusters])

  return (
    <>
      {found.error && <ErrorBox error={found.error} retry={() => found.refetch()} />}
      <div
        ref={box}
        role='region'
        aria-label={t('nav.map')}
        aria-busy={found.isFetching}
        data-ready={map !== undefined}
        className='h-[60vh] overflow-hidden rounded-lg border'
      />
    </>
  )
}

/** A group of homes, with how many: pressed, the map goes nearer. */
function marker(map: maplibre.Map, { location, count }: Cluster): maplibre.Marker {
  const element = document.createElement('button')
  element.type = 'button'
  element.textContent = new Intl.NumberFormat(undefined, { notation: 'compact' }).format(count)
  element.className =
    'min-h-8 min-w-8 cursor-pointer rounded-full border-2 border-white bg-accent px-1.5 text-xs font-semibold text-on-accent'
  const name = t('site.found', { count })
  element.addEventListener('click', (event) => {
    event.stopPropagation()
    map.easeTo({ center: location, zoom: Math.min(18, map.getZoom() + 2) }, { isChosen: true })
  })
  const made = new maplibre.Marker({ element }).setLngLat(location).addTo(map)
  // the marker calls itself one, which says nothing
  element.setAttribute('aria-label', name)
  element.removeAttribute('role')
  return made
}

/** Width of the tiles that homes are grouped by, in degrees. */
const tile = (zoom: number) => 360 / 2 ** (zoom + 2)

function boundsOf([west, south, east, north]: number[]): maplibre.LngLatBounds {
  return new maplibre.LngLatBounds([west!, south!], [west! > east! ? east! + 360 : east!, north!])
}

function boundsAround(clusters: Cluster[], margin: number): maplibre.LngLatBounds {
  const all = new maplibre.LngLatBounds()
  for (const { location: [lng, lat] } of clusters) {
    all.extend([lng - margin / 2, Math.max(-85, lat - margin / 2)])
    all.extend([lng + margin / 2, Math.min(85, lat + margin / 2)])
  }
  return all
}

/** As an address holds it: to ten metres, east and west within the globe. */
function boxOf(bounds: maplibre.LngLatBounds): string {
  const isAround = bounds.getEast() - bounds.getWest() >= 360
  const around = (lng: number) => ((lng + 180) % 360 + 360) % 360 - 180
  const [west, east] = isAround ? [-180, 180] : [around(bounds.getWest()), around(bounds.getEast())]
  const within = (lat: number) => Math.max(-90, Math.min(90, lat))
  return [west, within(bounds.getSouth()), east, within(bounds.getNorth())].map((degrees) =>
    Number(degrees.toFixed(4))
  ).join(',')
}
