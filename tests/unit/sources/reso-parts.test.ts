import { expect, it } from 'vitest'
import { readMetadata } from '../../../functions/_shared/sources/reso/metadata.ts'
import { isInsideOnly, parts } from '../../../functions/_shared/sources/reso/parts.ts'

const rooms = parts.find(({ name }) => name === 'property_rooms')!

function model(member: string, sets = '') {
  return readMetadata(
    `<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0"><edmx:DataServices>
      <Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="Up">
        <EntityType Name="Property"><Key><PropertyRef Name="ListingKey"/></Key>
          <Property Name="ListingKey" Type="Edm.String"/>${member}</EntityType>
        <EntityType Name="Room"><Key><PropertyRef Name="RoomKey"/></Key><Property Name="RoomKey" Type="Edm.String"/></EntityType>
        <ComplexType Name="RoomValue"><Property Name="RoomKey" Type="Edm.String"/></ComplexType>
        <EnumType Name="RoomType"><Member Name="Kitchen" Value="1"/></EnumType>
        <EntityContainer Name="C"><EntitySet Name="Property" EntityType="Up.Property"/>${sets}</EntityContainer>
      </Schema></edmx:DataServices></edmx:Edmx>`,
    ['Property', 'PropertyRooms'],
  )
}

it.each([
  ['records by a navigation', '<NavigationProperty Name="Rooms" Type="Collection(Up.Room)"/>', true],
  [
    'records by the name of the resource',
    '<NavigationProperty Name="PropertyRooms" Type="Collection(Up.Room)"/>',
    true,
  ],
  ['values of a type of its own', '<Property Name="Rooms" Type="Collection(Up.RoomValue)"/>', true],
  ['a number', '<Property Name="Rooms" Type="Edm.Int32"/>', false],
  ['words', '<Property Name="Rooms" Type="Collection(Edm.String)"/>', false],
  ['names of an enumeration', '<Property Name="Rooms" Type="Collection(Up.RoomType)"/>', false],
  ['nothing', '', false],
])('listings that hold %s as Rooms', (_, member, isInside) => {
  expect(isInsideOnly(rooms, model(member))).toBe(isInside)
  const own = '<EntitySet Name="PropertyRooms" EntityType="Up.Room"/>'
  expect(isInsideOnly(rooms, model(member, own))).toBe(false)
})
