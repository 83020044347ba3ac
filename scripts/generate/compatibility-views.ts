import { contacts } from '../../functions/_shared/reso/resources/contacts.ts'
import { media } from '../../functions/_shared/reso/resources/media.ts'
import { member } from '../../functions/_shared/reso/resources/member.ts'
import { property } from '../../functions/_shared/reso/resources/property.ts'
import { storedName, viewName } from '../../functions/_shared/reso/names.ts'
import type { Resource } from '../../functions/_shared/reso/types.ts'
import { type GeneratedObject, identifier, list } from './sql.ts'

/** The tables that apps of the older service read, under their names there. None will be added. */
const older = [property, media, member, contacts]

function compatibilityView(resource: Resource): GeneratedObject {
  const name = storedName(resource)
  const columns = ['tenant_id', ...resource.fields.map((field) => identifier(field.name))]
  return {
    kind: 'view',
    subject: 'serving',
    signature: `public.${name}`,
    resource: resource.ingestName,
    sql: `create or replace view public.${name} with (security_invoker = true) as
select
${list(columns.map((column) => `r.${column}`), 2)}
from public.${viewName(resource)} r
where r.tenant_id = any ((select mls.compatible_tenant_ids())::uuid[]);
comment on view public.${name} is
  'The older RESO table ${name}, read only: what ${
      viewName(resource)
    } says, where the market wants it. New apps read the mls_ tables.';
grant select on public.${name} to authenticated, service_role;`,
  }
}

/** public.property, media, member and contacts: the tables of the older service, for markets that want them. */
export function compatibilityViews(): GeneratedObject[] {
  return older.map(compatibilityView)
}
