-- The served tables of the resources beside Property; their shape is explained there.

-- ===== Member =====

-- ----- served_member -----
create table public.served_member (
  record_id uuid primary key,
  tenant_id uuid not null,
  seq bigint not null,
  office_key text not null,
  is_published boolean not null,
  is_deleted boolean not null,
  stamp bigint not null,
  "ModificationTimestamp" timestamptz not null,
  doc text not null,
  doc_gold text not null,
  doc_dd2 text not null,
  "MemberKey" text,
  "MemberMlsId" text,
  "MemberFirstName" text,
  "MemberLastName" text,
  "MemberFullName" text,
  "MemberEmail" text,
  "MemberPreferredPhone" text,
  "MemberOfficePhone" text,
  "MemberStatus" text,
  "MemberType" text,
  "OfficeKey" text,
  "MemberAddress1" text,
  "MemberCity" text,
  "MemberStateOrProvince" text,
  "MemberPostalCode" text,
  "MemberCountry" text,
  "X_QobrixAgentId" text,
  "X_QobrixAgentRef" text,
  "X_QobrixDescription" text,
  "X_QobrixAgreementDate" text,
  "X_QobrixOwnerId" text,
  "X_QobrixPrimaryContactId" text,
  "X_QobrixCreated" text,
  "X_QobrixModified" text,
  "X_QobrixSourceType" text,
  "OriginatingSystemOfficeKey" text,
  etl_timestamp timestamptz,
  etl_batch_id text
) with (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
comment on table public.served_member is 'What member_reso says now; one row per record, tombstones included.';
alter table public.served_member alter column doc set storage external;
create unique index served_member_key on public.served_member ("MemberKey") where not is_deleted;

create index served_member_seq on public.served_member (seq) where not is_deleted;
create index served_member_office_seq on public.served_member (office_key, seq) where not is_deleted;
create index served_member_modified on public.served_member ("ModificationTimestamp", seq) where not is_deleted;
create index served_member_office_modified on public.served_member (office_key, "ModificationTimestamp", seq) where not is_deleted;
create index served_member_of_office on public.served_member ("OfficeKey") where not is_deleted;
create index served_member_tenant on public.served_member (tenant_id);

alter table public.served_member enable row level security;
alter table public.served_member force row level security;
grant select on public.served_member to mls_api_read, service_role;
grant select (record_id, tenant_id, "ModificationTimestamp") on public.served_member to authenticated;
create policy api_read on public.served_member for select to mls_api_read
  using (
    not is_deleted
    and office_key = any ((select mls.claim_offices())::text[])
    and (is_published or not (select mls.claim_published_only()))
  );
create policy tenant_read on public.served_member for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]));

-- ----- served_member_sensitive: fields that need a grant, apart so that they can be guarded -----
create table public.served_member_sensitive (
  record_id uuid primary key,
  office_key text not null,
  is_published boolean not null,
  doc text not null,
  "X_QobrixCommission1" text
);
comment on table public.served_member_sensitive is 'Sensitive fields of Member.';
alter table public.served_member_sensitive enable row level security;
alter table public.served_member_sensitive force row level security;
grant select on public.served_member_sensitive to service_role;

-- ----- mls.granted_member: of the sensitive fields those that the reading client was granted -----
create view mls.granted_member with (security_barrier = true) as
select s.record_id,
  case when (select mls.claim_granted('Member.X_QobrixCommission1')) then s.doc end as doc,
  case when (select mls.claim_granted('Member.X_QobrixCommission1')) then s."X_QobrixCommission1" end as "X_QobrixCommission1"
from public.served_member_sensitive s
where s.office_key = any ((select mls.claim_offices())::text[])
  and (s.is_published or not (select mls.claim_published_only()));
comment on view mls.granted_member is
  'Sensitive fields of Member as the client in mls.claims may read them; null where a field was not granted.';
grant select on mls.granted_member to mls_api_read;

-- ===== Office =====

-- ----- served_office -----
create table public.served_office (
  record_id uuid primary key,
  tenant_id uuid not null,
  seq bigint not null,
  office_key text not null,
  is_published boolean not null,
  is_deleted boolean not null,
  stamp bigint not null,
  "ModificationTimestamp" timestamptz not null,
  doc text not null,
  doc_gold text not null,
  doc_dd2 text not null,
  "OfficeKey" text,
  "OfficeMlsId" text,
  "OfficeName" text,
  "OfficeEmail" text,
  "OfficePhone" text,
  "OfficeFax" text,
  "OfficeStatus" text,
  "OfficeType" text,
  "OfficeAddress1" text,
  "OfficeAddress2" text,
  "OfficeCity" text,
  "OfficeStateOrProvince" text,
  "OfficePostalCode" text,
  "OfficeCountry" text,
  "OfficeBrokerKey" text,
  "X_QobrixAgentId" text,
  "X_QobrixAgentRef" text,
  "X_QobrixDescription" text,
  "X_QobrixAgreementDate" text,
  "X_QobrixOwnerId" text,
  "X_QobrixPrimaryContactId" text,
  "X_QobrixCreated" text,
  "X_QobrixModified" text,
  "OriginatingSystemOfficeKey" text,
  etl_timestamp timestamptz,
  etl_batch_id text
) with (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
comment on table public.served_office is 'What office_reso says now; one row per record, tombstones included.';
alter table public.served_office alter column doc set storage external;
create unique index served_office_key on public.served_office ("OfficeKey") where not is_deleted;

create index served_office_seq on public.served_office (seq) where not is_deleted;
create index served_office_office_seq on public.served_office (office_key, seq) where not is_deleted;
create index served_office_modified on public.served_office ("ModificationTimestamp", seq) where not is_deleted;
create index served_office_office_modified on public.served_office (office_key, "ModificationTimestamp", seq) where not is_deleted;
create index served_office_tenant on public.served_office (tenant_id);

alter table public.served_office enable row level security;
alter table public.served_office force row level security;
grant select on public.served_office to mls_api_read, service_role;
grant select (record_id, tenant_id, "ModificationTimestamp") on public.served_office to authenticated;
create policy api_read on public.served_office for select to mls_api_read
  using (
    not is_deleted
    and office_key = any ((select mls.claim_offices())::text[])
    and (is_published or not (select mls.claim_published_only()))
  );
create policy tenant_read on public.served_office for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]));

-- ----- served_office_sensitive: fields that need a grant, apart so that they can be guarded -----
create table public.served_office_sensitive (
  record_id uuid primary key,
  office_key text not null,
  is_published boolean not null,
  doc text not null,
  "X_QobrixCommission1" text,
  "X_QobrixCommission2" text,
  "X_QobrixCommission3" text
);
comment on table public.served_office_sensitive is 'Sensitive fields of Office.';
alter table public.served_office_sensitive enable row level security;
alter table public.served_office_sensitive force row level security;
grant select on public.served_office_sensitive to service_role;

-- ----- mls.granted_office: of the sensitive fields those that the reading client was granted -----
create view mls.granted_office with (security_barrier = true) as
select s.record_id,
  case when (
    select mls.claim_granted('Office.X_QobrixCommission1')
      and mls.claim_granted('Office.X_QobrixCommission2')
      and mls.claim_granted('Office.X_QobrixCommission3')
  ) then s.doc end as doc,
  case when (select mls.claim_granted('Office.X_QobrixCommission1')) then s."X_QobrixCommission1" end as "X_QobrixCommission1",
  case when (select mls.claim_granted('Office.X_QobrixCommission2')) then s."X_QobrixCommission2" end as "X_QobrixCommission2",
  case when (select mls.claim_granted('Office.X_QobrixCommission3')) then s."X_QobrixCommission3" end as "X_QobrixCommission3"
from public.served_office_sensitive s
where s.office_key = any ((select mls.claim_offices())::text[])
  and (s.is_published or not (select mls.claim_published_only()));
comment on view mls.granted_office is
  'Sensitive fields of Office as the client in mls.claims may read them; null where a field was not granted.';
grant select on mls.granted_office to mls_api_read;

-- ===== Media =====

-- ----- served_media -----
create table public.served_media (
  record_id uuid primary key,
  tenant_id uuid not null,
  seq bigint not null,
  office_key text not null,
  is_published boolean not null,
  is_deleted boolean not null,
  stamp bigint not null,
  "ModificationTimestamp" timestamptz not null,
  doc text not null,
  doc_gold text not null,
  doc_dd2 text not null,
  "MediaKey" text,
  "ResourceRecordKey" text,
  "ResourceName" text,
  "MediaCategory" text,
  "MediaURL" text,
  "MediaType" text,
  "Order" integer,
  "ShortDescription" text,
  "LongDescription" text,
  "ImageWidth" integer,
  "ImageHeight" integer,
  "ImageSizeBytes" bigint,
  "X_IsPrimary" boolean,
  "X_QobrixMediaId" text,
  "X_QobrixPropertyId" text,
  "X_QobrixMediaCategory" text,
  "X_QobrixFileId" text,
  "X_QobrixThumbnailUrl" text,
  "X_QobrixFilesystem" text,
  "X_QobrixCategoryId" text,
  "X_QobrixCreated" text,
  "X_QobrixModified" text,
  "OriginatingSystemOfficeKey" text,
  "X_DataSource" text,
  etl_timestamp timestamptz,
  etl_batch_id text
) with (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
comment on table public.served_media is 'What media_reso says now; one row per record, tombstones included.';
alter table public.served_media alter column doc set storage external;
create unique index served_media_key on public.served_media ("MediaKey") where not is_deleted;
-- The media of a listing, also in the order in which consumers ask for them: null is lowest in OData.
create index served_media_record on public.served_media ("ResourceRecordKey", "Order" nulls first, seq) where not is_deleted;
create index served_media_seq on public.served_media (seq) where not is_deleted;
create index served_media_office_seq on public.served_media (office_key, seq) include (is_published) where not is_deleted;
create index served_media_modified on public.served_media ("ModificationTimestamp", seq) where not is_deleted;
create index served_media_office_modified on public.served_media (office_key, "ModificationTimestamp", seq) where not is_deleted;

alter table public.served_media enable row level security;
alter table public.served_media force row level security;
grant select on public.served_media to mls_api_read, service_role;
grant select (record_id, tenant_id, "ModificationTimestamp") on public.served_media to authenticated;
create policy api_read on public.served_media for select to mls_api_read
  using (
    not is_deleted
    and office_key = any ((select mls.claim_offices())::text[])
    and (is_published or not (select mls.claim_published_only()))
  );
create policy tenant_read on public.served_media for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]));

-- ===== Contacts =====

-- ----- served_contacts -----
create table public.served_contacts (
  record_id uuid primary key,
  tenant_id uuid not null,
  seq bigint not null,
  office_key text not null,
  is_published boolean not null,
  is_deleted boolean not null,
  stamp bigint not null,
  "ModificationTimestamp" timestamptz not null,
  doc text not null,
  doc_gold text not null,
  doc_dd2 text not null,
  "ContactKey" text,
  "ContactMlsId" text,
  "ContactFirstName" text,
  "ContactLastName" text,
  "ContactFullName" text,
  "ContactEmail" text,
  "ContactEmail2" text,
  "ContactPhone" text,
  "ContactPhone2" text,
  "ContactType" text,
  "ContactStatus" text,
  "ContactAddress1" text,
  "ContactCity" text,
  "ContactStateOrProvince" text,
  "ContactPostalCode" text,
  "ContactCountry" text,
  "ContactNationality" text,
  "ContactTitle" text,
  "ContactBirthdate" text,
  "ContactWebsite" text,
  "ContactEntityType" text,
  "ContactCompanyRegistrationNumber" text,
  "ContactCompanyName" text,
  "ContactAssignedToKey" text,
  "X_QobrixContactId" text,
  "X_QobrixContactRef" text,
  "X_QobrixContactLegacyId" text,
  "X_QobrixDescription" text,
  "X_QobrixPreferredLanguage" text,
  "X_QobrixContactPersonFirstName" text,
  "X_QobrixContactPersonLastName" text,
  "X_QobrixCreated" text,
  "X_QobrixModified" text,
  "X_QobrixCreatedBy" text,
  "X_QobrixModifiedBy" text,
  "OriginatingSystemOfficeKey" text,
  etl_timestamp timestamptz,
  etl_batch_id text
) with (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
comment on table public.served_contacts is 'What contacts_reso says now; one row per record, tombstones included.';
alter table public.served_contacts alter column doc set storage external;
create unique index served_contacts_key on public.served_contacts ("ContactKey") where not is_deleted;

create index served_contacts_seq on public.served_contacts (seq) where not is_deleted;
create index served_contacts_office_seq on public.served_contacts (office_key, seq) where not is_deleted;
create index served_contacts_modified on public.served_contacts ("ModificationTimestamp", seq) where not is_deleted;
create index served_contacts_office_modified on public.served_contacts (office_key, "ModificationTimestamp", seq) where not is_deleted;
create index served_contacts_tenant on public.served_contacts (tenant_id);

alter table public.served_contacts enable row level security;
alter table public.served_contacts force row level security;
grant select on public.served_contacts to mls_api_read, service_role;
grant select (record_id, tenant_id, "ModificationTimestamp") on public.served_contacts to authenticated;
create policy api_read on public.served_contacts for select to mls_api_read
  using (
    not is_deleted
    and office_key = any ((select mls.claim_offices())::text[])
    and (is_published or not (select mls.claim_published_only()))
    and (select mls.claim_granted('Contacts'))
  );
create policy tenant_read on public.served_contacts for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]));

-- ===== ShowingAppointment =====

-- ----- served_showing_appointment -----
create table public.served_showing_appointment (
  record_id uuid primary key,
  tenant_id uuid not null,
  seq bigint not null,
  office_key text not null,
  is_published boolean not null,
  is_deleted boolean not null,
  stamp bigint not null,
  "ModificationTimestamp" timestamptz not null,
  doc text not null,
  doc_gold text not null,
  doc_dd2 text not null,
  "ShowingAppointmentKey" text,
  "ListingKey" text,
  "ShowingAgentKey" text,
  "BuyerContactKey" text,
  "ShowingDate" date,
  "ShowingStartTime" text,
  "ShowingEndTime" text,
  "ShowingStatus" text,
  "ShowingType" text,
  "ShowingRemarks" text,
  "ShowingFeedback" text,
  "ShowingOutcome" text,
  "X_QobrixViewingId" text,
  "X_QobrixViewingRef" text,
  "X_QobrixPropertyId" text,
  "X_QobrixContactId" text,
  "X_QobrixOwnerId" text,
  "X_QobrixDateTime" text,
  "X_QobrixDuration" text,
  "X_QobrixLocation" text,
  "X_QobrixCreated" text,
  "X_QobrixModified" text,
  "X_QobrixCreatedBy" text,
  "X_QobrixModifiedBy" text,
  "OriginatingSystemOfficeKey" text,
  etl_timestamp timestamptz,
  etl_batch_id text
) with (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
comment on table public.served_showing_appointment is 'What showing_appointment_reso says now; one row per record, tombstones included.';
alter table public.served_showing_appointment alter column doc set storage external;
create unique index served_showing_appointment_key on public.served_showing_appointment ("ShowingAppointmentKey") where not is_deleted;

create index served_showing_appointment_seq on public.served_showing_appointment (seq) where not is_deleted;
create index served_showing_appointment_office_seq on public.served_showing_appointment (office_key, seq) where not is_deleted;
create index served_showing_appointment_modified on public.served_showing_appointment ("ModificationTimestamp", seq) where not is_deleted;
create index served_showing_appointment_office_modified on public.served_showing_appointment (office_key, "ModificationTimestamp", seq) where not is_deleted;
create index served_showing_of_listing on public.served_showing_appointment ("ListingKey") where not is_deleted;
create index served_showing_appointment_tenant on public.served_showing_appointment (tenant_id);

alter table public.served_showing_appointment enable row level security;
alter table public.served_showing_appointment force row level security;
grant select on public.served_showing_appointment to mls_api_read, service_role;
grant select (record_id, tenant_id, "ModificationTimestamp") on public.served_showing_appointment to authenticated;
create policy api_read on public.served_showing_appointment for select to mls_api_read
  using (
    not is_deleted
    and office_key = any ((select mls.claim_offices())::text[])
    and (is_published or not (select mls.claim_published_only()))
    and (select mls.claim_granted('ShowingAppointment'))
  );
create policy tenant_read on public.served_showing_appointment for select to authenticated
  using (tenant_id = any ((select mls.visible_tenant_ids())::uuid[]));
