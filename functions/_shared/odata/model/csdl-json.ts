/** `$metadata` as CSDL JSON: the same model and annotations as the XML. */
import {
  type Annotation,
  annotations,
  containerAnnotations,
  namespace,
  setAnnotations,
  vocabularies,
} from './annotations.ts'
import type { EntityType, Model, Navigation, Property } from './model.ts'

type Json = Record<string, unknown>

export function csdlJson(model: Model, version: '4.0' | '4.01', edits: readonly string[] = []): Json {
  const types = [...model.entityTypes.values()]
  return {
    $Version: version,
    $EntityContainer: `${namespace}.Container`,
    $Reference: Object.fromEntries(
      vocabularies.map((
        { uri, namespace, alias },
      ) => [uri, { $Include: [{ $Namespace: namespace, $Alias: alias }] }]),
    ),
    [namespace]: {
      ...Object.fromEntries(types.map((type) => [type.name, entityType(type)])),
      Container: {
        $Kind: 'EntityContainer',
        ...Object.fromEntries(types.map((type) => [type.name, entitySet(type, edits)])),
        ...annotated(containerAnnotations),
      },
    },
  }
}

function entityType({ key, properties, navigations }: EntityType): Json {
  return {
    $Kind: 'EntityType',
    $Key: [key],
    ...Object.fromEntries([...properties.values()].map((property) => [property.name, propertyOf(property)])),
    ...Object.fromEntries(
      [...navigations.values()].map((navigation) => [navigation.name, navigationOf(navigation)]),
    ),
  }
}

/** Edm.String is the default type and "not nullable" the default; both are left out. */
function propertyOf({ field, edm, isRequired }: Property): Json {
  return {
    ...(edm.name !== 'Edm.String' && { $Type: edm.name }),
    ...(edm.isCollection && { $Collection: true }),
    ...(!isRequired && !edm.isCollection && { $Nullable: true }),
    ...(edm.maxLength !== undefined && { $MaxLength: edm.maxLength }),
    ...(edm.precision !== undefined && { $Precision: edm.precision }),
    ...(edm.scale !== undefined && { $Scale: edm.scale }),
    ...(edm.srid !== undefined && { $SRID: edm.srid }),
    ...annotated(annotations(field)),
  }
}

function navigationOf({ type, isCollection }: Navigation): Json {
  return {
    $Kind: 'NavigationProperty',
    $Type: `${namespace}.${type.name}`,
    ...(isCollection ? { $Collection: true } : { $Nullable: true }),
  }
}

function entitySet(type: EntityType, edits: readonly string[]): Json {
  const { name, navigations } = type
  const bindings = [...navigations.values()].map((navigation) => [navigation.name, navigation.type.name])
  return {
    $Collection: true,
    $Type: `${namespace}.${name}`,
    ...(bindings.length > 0 && { $NavigationPropertyBinding: Object.fromEntries(bindings) }),
    ...annotated(setAnnotations(type, edits)),
  }
}

function annotated(notes: Annotation[]): Json {
  return Object.fromEntries(notes.map(({ term, value }) => [`@${term}`, plain(value)]))
}

function plain(value: Annotation['value']): unknown {
  if (typeof value !== 'object' || Array.isArray(value)) return value
  return 'record' in value ? value.record : value.enumMember
}
