// Generated from the migrations by `npm run types`. What is missing here a signed-in user may not reach: columns that
// users may not write stand in Row alone.

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {
  public: {
    Tables: {
      /** Least scope of who decides an approval, and whether one may decide a request of one's own. Without a row: team, not one's own. */
      mls_approval_rules: {
        Row: {
          id: string
          tenant_id: string
          approval_type: string
          min_scope: string
          own_allowed: boolean
          created_at: string
          updated_at: string
        }
        Insert: {
          tenant_id?: string
          approval_type: string
          min_scope?: string
          own_allowed?: boolean
        }
        Update: {
          approval_type?: string
          min_scope?: string
          own_allowed?: boolean
        }
        Relationships: [
          {
            foreignKeyName: 'mls_approval_rules_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** What users changed: who, when, which columns from what to what. Changes by the source are in mls_ingest_receipts and the histories. Append-only. */
      mls_audit: {
        Row: {
          id: number
          tenant_id: string | null
          table_name: string
          record_id: string
          listing_id: string | null
          action: string
          changed_by: string
          changed_at: string
          old_values: Json | null
          new_values: Json | null
          user_agent: string | null
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_audit_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Steps that every claimed listing gets. Required ones must be done before the listing leaves their stage. */
      mls_checklist_templates: {
        Row: {
          id: string
          tenant_id: string
          role: string
          step_number: number
          title: string
          description: string | null
          stage: Database['public']['Enums']['mls_listing_status']
          is_required: boolean
          due_days: number | null
          depends_on: string | null
          is_active: boolean
          created_at: string
          updated_at: string
        }
        Insert: {
          tenant_id?: string
          role: string
          step_number: number
          title: string
          description?: string | null
          stage: Database['public']['Enums']['mls_listing_status']
          is_required?: boolean
          due_days?: number | null
          depends_on?: string | null
          is_active?: boolean
        }
        Update: {
          role?: string
          step_number?: number
          title?: string
          description?: string | null
          stage?: Database['public']['Enums']['mls_listing_status']
          is_required?: boolean
          due_days?: number | null
          depends_on?: string | null
          is_active?: boolean
        }
        Relationships: [
          {
            foreignKeyName: 'mls_checklist_templates_depends_on_fkey'
            columns: ['depends_on']
            isOneToOne: false
            referencedRelation: 'mls_checklist_templates'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_checklist_templates_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Persons and companies of a tenant: personal data. full_name is generated; never send it. */
      mls_contacts: {
        Row: {
          id: string
          seq: number
          tenant_id: string
          originating_office_key: string | null
          title: string | null
          first_name: string | null
          middle_name: string | null
          last_name: string | null
          suffix: string | null
          contact_type: string | null
          company_name: string | null
          full_name: string | null
          job_title: string | null
          email: string | null
          email_secondary: string | null
          phone_mobile: string | null
          phone_business: string | null
          phone_home: string | null
          fax: string | null
          address_line1: string | null
          city: string | null
          state: string | null
          post_code: string | null
          country: string | null
          nationality: string | null
          preferred_language: string | null
          preferred_communication: string | null
          lead_source: string | null
          birthdate: string | null
          website: string | null
          registration_number: string | null
          social: Json | null
          notes: string | null
          tags: string[] | null
          x_sm_keyholder_name: string | null
          x_sm_keyholder_contact: string | null
          role_hint: string | null
          status: string | null
          assigned_to: string | null
          created_by: string | null
          origin_system: string | null
          origin_contact_key: string | null
          origin_modified_ts: string | null
          origin_hash: string | null
          origin_sync_ts: string | null
          origin_etl_ts: string | null
          origin_etl_batch_id: string | null
          origin_deleted: boolean
          delivered_by: string | null
          extensions: Json
          created_at: string
          updated_at: string
        }
        Insert: {
          id?: string
          title?: string | null
          first_name?: string | null
          middle_name?: string | null
          last_name?: string | null
          suffix?: string | null
          contact_type?: string | null
          company_name?: string | null
          job_title?: string | null
          email?: string | null
          email_secondary?: string | null
          phone_mobile?: string | null
          phone_business?: string | null
          phone_home?: string | null
          fax?: string | null
          address_line1?: string | null
          city?: string | null
          state?: string | null
          post_code?: string | null
          country?: string | null
          nationality?: string | null
          preferred_language?: string | null
          preferred_communication?: string | null
          lead_source?: string | null
          birthdate?: string | null
          website?: string | null
          registration_number?: string | null
          social?: Json | null
          notes?: string | null
          tags?: string[] | null
          x_sm_keyholder_name?: string | null
          x_sm_keyholder_contact?: string | null
          role_hint?: string | null
          assigned_to?: string | null
        }
        Update: {
          title?: string | null
          first_name?: string | null
          middle_name?: string | null
          last_name?: string | null
          suffix?: string | null
          contact_type?: string | null
          company_name?: string | null
          job_title?: string | null
          email?: string | null
          email_secondary?: string | null
          phone_mobile?: string | null
          phone_business?: string | null
          phone_home?: string | null
          fax?: string | null
          address_line1?: string | null
          city?: string | null
          state?: string | null
          post_code?: string | null
          country?: string | null
          nationality?: string | null
          preferred_language?: string | null
          preferred_communication?: string | null
          lead_source?: string | null
          birthdate?: string | null
          website?: string | null
          registration_number?: string | null
          social?: Json | null
          notes?: string | null
          tags?: string[] | null
          x_sm_keyholder_name?: string | null
          x_sm_keyholder_contact?: string | null
          role_hint?: string | null
          assigned_to?: string | null
        }
        Relationships: [
          {
            foreignKeyName: 'mls_contacts_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Every delivery by which something was sent, taken off or tried in vain, for 90 days. What was found unchanged is not here. lost: the worker ended before it could report, so nobody knows what arrived. */
      mls_delivery_history: {
        Row: {
          id: number
          tenant_id: string
          listing_id: string
          portal_id: string
          outcome: string
          version: number | null
          attempts: number
          first_at: string
          last_at: string
          status: number | null
          calls: Json
          error_code: string | null
          error: string | null
          external_id: string | null
          payload_hash: string | null
          media_hash: string | null
          changes: Json | null
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_delivery_history_listing_id_fkey'
            columns: ['listing_id']
            isOneToOne: false
            referencedRelation: 'mls_listings'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_delivery_history_portal_id_fkey'
            columns: ['portal_id']
            isOneToOne: false
            referencedRelation: 'mls_portal_definitions'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_delivery_history_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Buildings of a project. */
      mls_development_buildings: {
        Row: {
          id: string
          tenant_id: string
          development_id: string
          name: string
          floors: number | null
          units_total: number | null
          completion_date: string | null
          status: string | null
          created_at: string
          updated_at: string
        }
        Insert: {
          tenant_id?: string
          development_id: string
          name: string
          floors?: number | null
          units_total?: number | null
          completion_date?: string | null
          status?: string | null
        }
        Update: {
          development_id?: string
          name?: string
          floors?: number | null
          units_total?: number | null
          completion_date?: string | null
          status?: string | null
        }
        Relationships: [
          {
            foreignKeyName: 'mls_development_buildings_development_id_fkey'
            columns: ['development_id']
            isOneToOne: false
            referencedRelation: 'mls_developments'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_development_buildings_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Projects that listings are units of. */
      mls_developments: {
        Row: {
          id: string
          tenant_id: string
          name: string
          developer_name: string | null
          developer_contact_id: string | null
          city: string | null
          district: string | null
          country: string | null
          latitude: number | null
          longitude: number | null
          status: string | null
          completion_date: string | null
          description: string | null
          origin_project_key: string | null
          created_at: string
          updated_at: string
        }
        Insert: {
          tenant_id?: string
          name: string
          developer_name?: string | null
          developer_contact_id?: string | null
          city?: string | null
          district?: string | null
          country?: string | null
          latitude?: number | null
          longitude?: number | null
          status?: string | null
          completion_date?: string | null
          description?: string | null
          origin_project_key?: string | null
        }
        Update: {
          name?: string
          developer_name?: string | null
          developer_contact_id?: string | null
          city?: string | null
          district?: string | null
          country?: string | null
          latitude?: number | null
          longitude?: number | null
          status?: string | null
          completion_date?: string | null
          description?: string | null
          origin_project_key?: string | null
        }
        Relationships: [
          {
            foreignKeyName: 'mls_developments_developer_contact_id_fkey'
            columns: ['developer_contact_id']
            isOneToOne: false
            referencedRelation: 'mls_contacts'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_developments_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Types of documents, when they are needed and what a file of them may be. */
      mls_document_type_config: {
        Row: {
          id: string
          tenant_id: string
          code: string
          name: string
          condition: string
          stage: Database['public']['Enums']['mls_listing_status']
          property_types: string[]
          is_required: boolean
          requires_approval: boolean
          allowed_mime: string[]
          max_size_mb: number
          sort_order: number
          is_active: boolean
          created_at: string
          updated_at: string
        }
        Insert: {
          tenant_id?: string
          code: string
          name: string
          condition?: string
          stage: Database['public']['Enums']['mls_listing_status']
          property_types?: string[]
          is_required?: boolean
          requires_approval?: boolean
          allowed_mime?: string[]
          max_size_mb?: number
          sort_order?: number
          is_active?: boolean
        }
        Update: {
          code?: string
          name?: string
          condition?: string
          stage?: Database['public']['Enums']['mls_listing_status']
          property_types?: string[]
          is_required?: boolean
          requires_approval?: boolean
          allowed_mime?: string[]
          max_size_mb?: number
          sort_order?: number
          is_active?: boolean
        }
        Relationships: [
          {
            foreignKeyName: 'mls_document_type_config_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Runs of a source for one office and resource: FULL (complete, with a key list) or DELTA. */
      mls_ingest_runs: {
        Row: {
          id: string
          client_id: string
          source: string
          office_key: string
          tenant_id: string
          resource: string
          mode: string
          absent: string
          status: string
          watermark: string | null
          totals: Json
          batches: number
          flagged_deleted: number
          keys_listed: number | null
          high_water: string | null
          expected_records: number | null
          gold_summary: Json | null
          closed_because: string | null
          started_at: string
          last_batch_at: string | null
          finished_at: string | null
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_ingest_runs_office_key_fkey'
            columns: ['office_key']
            isOneToOne: false
            referencedRelation: 'mls_offices'
            referencedColumns: ['office_key']
          },
          {
            foreignKeyName: 'mls_ingest_runs_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Inquiries as a source has them: who (a key of mls_contacts, no personal data here), for which listing, what is wished and how far it is. Beside mls_showings. */
      mls_leads: {
        Row: {
          id: string
          tenant_id: string
          originating_office_key: string
          origin_lead_key: string
          contact_key: string | null
          listing_key: string | null
          wish: string | null
          status: string | null
          property_type: string | null
          origin_created_ts: string | null
          origin_modified_ts: string | null
          created_at: string
          updated_at: string
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_leads_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Approvals asked for and given. payload of PRICE_CHANGE: {price_kind, new_price}. */
      mls_listing_approvals: {
        Row: {
          id: string
          tenant_id: string
          listing_id: string
          approval_type: string
          status: string
          requested_by: string
          requested_at: string
          assignee_id: string | null
          decided_by: string | null
          decided_at: string | null
          comment: string | null
          payload: Json
          created_at: string
          updated_at: string
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_listing_approvals_listing_id_fkey'
            columns: ['listing_id']
            isOneToOne: false
            referencedRelation: 'mls_listings'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_listing_approvals_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Steps of one listing and who did them when. */
      mls_listing_checklist_items: {
        Row: {
          id: string
          tenant_id: string
          listing_id: string
          template_id: string
          is_completed: boolean
          completed_at: string | null
          completed_by: string | null
          notes: string | null
          due_date: string | null
          created_at: string
          updated_at: string
        }
        Insert: never
        Update: {
          notes?: string | null
          due_date?: string | null
        }
        Relationships: [
          {
            foreignKeyName: 'mls_listing_checklist_items_listing_id_fkey'
            columns: ['listing_id']
            isOneToOne: false
            referencedRelation: 'mls_listings'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_listing_checklist_items_template_id_fkey'
            columns: ['template_id']
            isOneToOne: false
            referencedRelation: 'mls_checklist_templates'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_listing_checklist_items_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Who is what to a listing. */
      mls_listing_contact_roles: {
        Row: {
          id: string
          tenant_id: string
          listing_id: string
          contact_id: string
          role: string
          is_primary: boolean
          notes: string | null
          created_at: string
          updated_at: string
        }
        Insert: {
          id?: string
          listing_id: string
          contact_id: string
          role: string
          is_primary?: boolean
          notes?: string | null
        }
        Update: {
          role?: string
          is_primary?: boolean
          notes?: string | null
        }
        Relationships: [
          {
            foreignKeyName: 'mls_listing_contact_roles_contact_id_fkey'
            columns: ['contact_id']
            isOneToOne: false
            referencedRelation: 'mls_contacts'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_listing_contact_roles_listing_id_fkey'
            columns: ['listing_id']
            isOneToOne: false
            referencedRelation: 'mls_listings'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_listing_contact_roles_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Papers of a listing. They never leave the hub. Confidential ones are read by who put them there, by who holds the listing and by the scopes above these; the others by whoever sees the listing. */
      mls_listing_documents: {
        Row: {
          id: string
          tenant_id: string
          listing_id: string
          document_type_id: string
          storage_path: string
          file_name: string
          mime_type: string | null
          size_bytes: number | null
          checksum: string | null
          version: number
          status: string
          uploaded_by: string | null
          uploaded_at: string
          reviewed_by: string | null
          reviewed_at: string | null
          rejection_reason: string | null
          expires_on: string | null
          is_confidential: boolean
          created_at: string
          updated_at: string
        }
        Insert: {
          id?: string
          listing_id: string
          document_type_id: string
          storage_path: string
          file_name: string
          mime_type?: string | null
          size_bytes?: number | null
          checksum?: string | null
          expires_on?: string | null
          is_confidential?: boolean
        }
        Update: {
          file_name?: string
          expires_on?: string | null
          is_confidential?: boolean
        }
        Relationships: [
          {
            foreignKeyName: 'mls_listing_documents_document_type_id_fkey'
            columns: ['document_type_id']
            isOneToOne: false
            referencedRelation: 'mls_document_type_config'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_listing_documents_listing_id_fkey'
            columns: ['listing_id']
            isOneToOne: false
            referencedRelation: 'mls_listings'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_listing_documents_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Pairs of listings of different sources that may be one home. LIKELY ones are shown as one where a search asks for it; nothing is ever merged. What a broker decided stays. */
      mls_listing_duplicates: {
        Row: {
          id: string
          tenant_id: string
          other_tenant_id: string
          listing_id: string
          other_id: string
          odds: number
          score: number
          reasons: string[]
          status: string
          decided_by: string | null
          decided_at: string | null
          found_at: string
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_listing_duplicates_other_tenant_id_fkey'
            columns: ['other_tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_listing_duplicates_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Who wrote a column of a listing last, where it was not simply the source refreshing an unclaimed listing. */
      mls_listing_field_writes: {
        Row: {
          listing_id: string
          column_name: string
          tenant_id: string
          source: string
          written_by: string | null
          written_at: string
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_listing_field_writes_listing_id_fkey'
            columns: ['listing_id']
            isOneToOne: false
            referencedRelation: 'mls_listings'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_listing_field_writes_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Photos, videos, plans and documents of a listing. A record whose listing has not arrived yet waits with listing_id null. */
      mls_listing_media: {
        Row: {
          id: string
          seq: number
          tenant_id: string
          listing_id: string | null
          resource_record_key: string
          originating_office_key: string
          media_key: string
          origin_system: string | null
          origin_media_key: string | null
          media_id: string | null
          display_order: number
          is_primary: boolean
          media_category: string
          source_category: string | null
          source_url: string | null
          source_stamp: string | null
          media_url: string | null
          storage_path: string | null
          mime_type: string | null
          title: string | null
          description: string | null
          html_description: string | null
          image_width: number | null
          image_height: number | null
          file_size_bytes: number | null
          is_landscape: boolean | null
          is_distributable: boolean
          dash_category: string | null
          format_code: string | null
          checksum: string | null
          media_tags_json: Json | null
          resolution_urls: Json | null
          additional_annotations: Json | null
          created_ts: string | null
          origin_etl_ts: string | null
          origin_etl_batch_id: string | null
          origin_hash: string | null
          origin_sync_ts: string | null
          origin_deleted: boolean
          is_hidden: boolean
          locked: boolean
          shared_from: string | null
          copy_status: string
          copy_error: string | null
          copy_asked_at: string | null
          file_sha256: string | null
          file_changed_at: string
          is_servable: boolean
          extensions: Json
          created_at: string
          updated_at: string
        }
        Insert: {
          id?: string
          listing_id?: string | null
          display_order?: number
          is_primary?: boolean
          media_category?: string
          media_url?: string | null
          storage_path?: string | null
          mime_type?: string | null
          title?: string | null
          description?: string | null
          html_description?: string | null
          image_width?: number | null
          image_height?: number | null
          file_size_bytes?: number | null
          is_landscape?: boolean | null
          is_distributable?: boolean
          checksum?: string | null
          media_tags_json?: Json | null
        }
        Update: {
          display_order?: number
          is_primary?: boolean
          media_category?: string
          title?: string | null
          description?: string | null
          html_description?: string | null
          is_distributable?: boolean
          media_tags_json?: Json | null
          is_hidden?: boolean
        }
        Relationships: [
          {
            foreignKeyName: 'mls_listing_media_listing_fkey'
            columns: ['listing_id', 'tenant_id', 'originating_office_key']
            isOneToOne: false
            referencedRelation: 'mls_listings'
            referencedColumns: ['id', 'tenant_id', 'originating_office_key']
          },
          {
            foreignKeyName: 'mls_listing_media_shared_from_fkey'
            columns: ['shared_from']
            isOneToOne: false
            referencedRelation: 'mls_listing_media'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_listing_media_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Last applied gold record per file: what a vanished column keeps, and what the world sees of a claimed listing until it is published. */
      mls_listing_media_origins: {
        Row: {
          media_id: string
          payload: Json
          source_modified_at: string | null
          delivered_by: string | null
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_listing_media_origins_media_id_fkey'
            columns: ['media_id']
            isOneToOne: true
            referencedRelation: 'mls_listing_media'
            referencedColumns: ['id']
          },
        ]
      }
      /** Notes about a listing. Private ones are seen by their author alone. */
      mls_listing_notes: {
        Row: {
          id: string
          tenant_id: string
          listing_id: string
          author_id: string | null
          note_type: string
          body: string
          is_private: boolean
          created_at: string
          updated_at: string
        }
        Insert: {
          id?: string
          listing_id: string
          note_type?: string
          body: string
          is_private?: boolean
        }
        Update: {
          note_type?: string
          body?: string
          is_private?: boolean
        }
        Relationships: [
          {
            foreignKeyName: 'mls_listing_notes_listing_id_fkey'
            columns: ['listing_id']
            isOneToOne: false
            referencedRelation: 'mls_listings'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_listing_notes_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Last applied gold record per listing. "Changed" always means changed against payload, never against our current value. */
      mls_listing_origins: {
        Row: {
          listing_id: string
          tenant_id: string
          payload: Json
          content_hash: string
          source_modified_at: string | null
          first_seen_at: string
          last_seen_at: string
          applied_at: string
          last_run_id: string | null
          delivered_by: string | null
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_listing_origins_listing_id_fkey'
            columns: ['listing_id']
            isOneToOne: true
            referencedRelation: 'mls_listings'
            referencedColumns: ['id']
          },
        ]
      }
      /** Texts of a listing beside its public remarks: TITLE, SHORT, PUBLIC and what Dash knows, per language. */
      mls_listing_remarks: {
        Row: {
          id: string
          tenant_id: string
          listing_id: string
          language: string
          remark_type: string
          remark: string
          is_ai_generated: boolean
          approved_by: string | null
          approved_at: string | null
          origin_system: string | null
          locked: boolean
          created_at: string
          updated_at: string
        }
        Insert: {
          id?: string
          listing_id: string
          language: string
          remark_type: string
          remark: string
          is_ai_generated?: boolean
          locked?: boolean
        }
        Update: {
          remark?: string
          is_ai_generated?: boolean
          locked?: boolean
        }
        Relationships: [
          {
            foreignKeyName: 'mls_listing_remarks_listing_id_fkey'
            columns: ['listing_id']
            isOneToOne: false
            referencedRelation: 'mls_listings'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_listing_remarks_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Where a listing is to be shown, and the queue of deliveries. Brokers set status; all else is kept by triggers and workers. */
      mls_listing_syndications: {
        Row: {
          id: string
          tenant_id: string
          listing_id: string
          portal_id: string
          status: string
          parked_status: string | null
          desired_version: number
          desired_at: string
          requested_version: number | null
          pushed_version: number
          next_attempt_at: string | null
          attempt_count: number
          own_faults: number
          last_attempt_at: string | null
          last_success_at: string | null
          last_error_code: string | null
          last_error: string | null
          external_id: string | null
          external_url: string | null
          last_payload_hash: string | null
          last_media_hash: string | null
          state: Json | null
          published_at: string | null
          removed_at: string | null
          lease_token: string | null
          leased_until: string | null
          leased_version: number | null
          in_doubt: boolean
          created_at: string
          created_by: string | null
          updated_at: string
        }
        Insert: {
          listing_id: string
          portal_id: string
          status?: string
        }
        Update: {
          status?: string
        }
        Relationships: [
          {
            foreignKeyName: 'mls_listing_syndications_listing_id_fkey'
            columns: ['listing_id']
            isOneToOne: false
            referencedRelation: 'mls_listings'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_listing_syndications_portal_id_fkey'
            columns: ['portal_id']
            isOneToOne: false
            referencedRelation: 'mls_portal_definitions'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_listing_syndications_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Things to do about a listing. */
      mls_listing_tasks: {
        Row: {
          id: string
          tenant_id: string
          listing_id: string
          kind: string
          title: string
          description: string | null
          assigned_to: string | null
          priority: string
          due_date: string | null
          status: string
          checklist_item_id: string | null
          completed_at: string | null
          completed_by: string | null
          created_at: string
          updated_at: string
        }
        Insert: {
          id?: string
          listing_id: string
          title: string
          description?: string | null
          assigned_to?: string | null
          priority?: string
          due_date?: string | null
          checklist_item_id?: string | null
        }
        Update: {
          title?: string
          description?: string | null
          assigned_to?: string | null
          priority?: string
          due_date?: string | null
          status?: string
        }
        Relationships: [
          {
            foreignKeyName: 'mls_listing_tasks_checklist_item_id_listing_id_fkey'
            columns: ['checklist_item_id', 'listing_id']
            isOneToOne: false
            referencedRelation: 'mls_listing_checklist_items'
            referencedColumns: ['id', 'listing_id']
          },
          {
            foreignKeyName: 'mls_listing_tasks_listing_id_fkey'
            columns: ['listing_id']
            isOneToOne: false
            referencedRelation: 'mls_listings'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_listing_tasks_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** The canonical listing. Every other shape (RESO, Dash, portal feeds) is a projection of it. */
      mls_listings: {
        Row: {
          id: string
          tenant_id: string
          seq: number
          ref: string | null
          ref_collision: boolean
          origin_system: string | null
          origin_key: string | null
          origin_sync_ts: string | null
          is_externally_managed: boolean
          origin_deleted: boolean
          origin_native_id: string | null
          origin_native_ref: string | null
          origin_source_label: string | null
          origin_legacy_id: string | null
          origin_created_ts: string | null
          origin_modified_ts: string | null
          modified_ts: string
          origin_created_by_key: string | null
          origin_modified_by_key: string | null
          originating_office_key: string
          origin_etl_ts: string | null
          origin_etl_batch_id: string | null
          extensions: Json
          status: Database['public']['Enums']['mls_listing_status']
          status_description: string | null
          status_code: string | null
          source_standard_status: string | null
          status_changed_at: string | null
          price_changed_at: string | null
          previous_list_price: number | null
          photos_changed_at: string | null
          first_published_at: string | null
          published_at: string | null
          withdrawn_reason: string | null
          broker_id: string | null
          co_broker_id: string | null
          claimed_at: string | null
          claimed_by: string | null
          assigned_to: string | null
          market: string | null
          created_at: string
          created_by: string | null
          updated_at: string
          updated_by: string | null
          locked_fields: Json
          version: number
          property_class: string | null
          property_type: string | null
          property_subtype: string | null
          property_type_code: string | null
          property_subtype_code: string | null
          style_code: string | null
          style_description: string | null
          dash_listing_type: string | null
          property_use: string | null
          development_status: string | null
          is_new_construction: boolean | null
          property_condition: string | null
          construction_stage: string | null
          builder_name: string | null
          builder_model: string | null
          listing_service: string | null
          listing_agreement: string | null
          lease_considered: boolean | null
          sale_considered: boolean | null
          sibling_listing_id: string | null
          name: string | null
          is_off_market: boolean | null
          is_for_auction: boolean | null
          is_call_to_show: boolean | null
          is_price_upon_request: boolean | null
          is_foreclosure: boolean | null
          is_short_sale: boolean | null
          is_prelisting: boolean | null
          hide_listing_online: boolean | null
          hide_address_online: boolean | null
          list_price: number | null
          original_list_price: number | null
          list_price_usd: number | null
          currency_code: string | null
          currency_assumed: boolean
          currency_name: string | null
          lease_amount: number | null
          lease_amount_frequency: string | null
          monthly_rent: number | null
          lease_term: string | null
          lease_type: string | null
          min_lease_rate: number | null
          max_lease_rate: number | null
          price_per_area: number | null
          date_available: string | null
          net_operating_income: number | null
          capitalization_rate: number | null
          gross_income: number | null
          operating_expense: number | null
          cash_flow: number | null
          down_payment: number | null
          loan_payment: number | null
          fully_leased_income: number | null
          tax_annual_amount: number | null
          tax_year: number | null
          association_fee: number | null
          listed_date: string | null
          expiration_date: string | null
          days_on_market: number | null
          last_sold_on: string | null
          website_listing_date: string | null
          close_date: string | null
          close_price: number | null
          street: string | null
          address_line2: string | null
          address_line3: string | null
          unit_number: string | null
          city: string | null
          district: string | null
          neighborhood: string | null
          state: string | null
          state_name: string | null
          post_code: string | null
          country: string | null
          country_name: string | null
          latitude: number | null
          longitude: number | null
          x_sm_google_maps_point: string | null
          geo_regions: Json | null
          bedrooms: number | null
          bathrooms: number | null
          half_bath: number | null
          three_quarter_bath: number | null
          quarter_bath: number | null
          rooms_total: number | null
          units_total: number | null
          living_area: number | null
          living_area_unit: string | null
          building_area: number | null
          building_area_unit: string | null
          lot_size: number | null
          lot_size_unit: string | null
          lot_size_acres: number | null
          lot_dimensions: string | null
          covered_area: number | null
          uncovered_area: number | null
          covered_verandas: number | null
          x_sm_uncovered_verandas: number | null
          garden_area: number | null
          x_sm_roof_garden: number | null
          year_built: number | null
          x_sm_year_renovated: number | null
          stories_total: number | null
          floor_number: number | null
          view: string | null
          pool_features: string | null
          pool_type: string | null
          private_pool: boolean | null
          common_pool: boolean | null
          heating_features: string | null
          heating_type: string | null
          heating_fuel: string | null
          x_sm_heating_medium: string | null
          cooling_features: string | null
          air_condition: boolean | null
          alarm: boolean | null
          fireplace_features: string | null
          fireplaces_total: number | null
          has_fireplace: boolean | null
          garage_features: string | null
          garage_spaces: number | null
          parking_covered: number | null
          parking_uncovered: number | null
          parking_total: number | null
          flooring: string | null
          fencing: string | null
          patio_porch_features: string | null
          waterfront_features: string | null
          other_structures: string | null
          amenities: string | null
          appliances: string | null
          interior_features: string | null
          exterior_features: string | null
          exterior_description: string | null
          community_features: string | null
          lot_features: string | null
          security_features: string | null
          general_features: string | null
          kitchen_features: string | null
          electric: string | null
          electricity_type: string | null
          water_source: string | null
          bath_features: string | null
          basement: string | null
          roof: string | null
          sewer: string | null
          room_type: string | null
          road_surface: string | null
          lifestyles: string | null
          special_market: string | null
          area_amenities: string | null
          area_description: string | null
          prewiring: string | null
          property_description_features: string | null
          location_features: string | null
          features_json: Json | null
          furnished: string | null
          pets_allowed: string | null
          sea_view: boolean | null
          mountain_view: boolean | null
          beach_front: boolean | null
          x_sm_elevator: boolean | null
          x_sm_maids_room: boolean | null
          x_sm_separate_laundry: boolean | null
          x_sm_smart_home: boolean | null
          store_room: boolean | null
          storage_space: boolean | null
          x_sm_extras: string | null
          distance_from_beach: number | null
          distance_from_airport: number | null
          energy_efficiency_grade: string | null
          zoning: string | null
          x_sm_building_density: number | null
          x_sm_coverage: number | null
          x_sm_floors_allowed: number | null
          x_sm_height_allowed: number | null
          cadastral_reference: string | null
          x_sm_vat_applicable: boolean | null
          x_sm_vat_expiration_date: string | null
          x_sm_introducer_fee: number | null
          x_sm_commission_pct: number | null
          x_sm_exclusivity: boolean | null
          x_sm_crypto_payment: boolean | null
          x_sm_excluded_from_marketing: boolean | null
          x_sm_title_deeds: boolean | null
          x_sm_suitable_for_pr: boolean | null
          x_sm_keys_in_office: boolean | null
          x_sm_payment_countries: string | null
          x_sm_seller_banks: string | null
          x_sm_other_sellers: string | null
          x_sm_seller_approved_data: boolean | null
          x_sm_is_sir_branded: boolean | null
          x_sm_sir_office_id: string | null
          private_remarks: string | null
          showing_instructions: string | null
          photos_link: string | null
          list_agent_key: string | null
          co_list_agent_key: string | null
          list_office_key: string | null
          agent_id: string | null
          agent_first_name: string | null
          agent_last_name: string | null
          agent_email: string | null
          agent_vanity_email: string | null
          agent_photo_url: string | null
          company_id: string | null
          company_name: string | null
          company_code: string | null
          agent_office_id: string | null
          agent_office_code: string | null
          listing_office_id: string | null
          listing_office_code: string | null
          seller_contact_key: string | null
          developer_contact_key: string | null
          lead_source: string | null
          key_holder_details: string | null
          development_id: string | null
          building_id: string | null
          origin_project_key: string | null
          public_remarks: string | null
          short_description: string | null
          remarks_json: Json | null
          listing_url: string | null
          video_link: string | null
          virtual_tour_link: string | null
          websites_json: Json | null
          contingencies_json: Json | null
          additional_details_json: Json | null
          commercial_details: Json | null
          schools_json: Json | null
          unit_mix_json: Json | null
          photos_count: number
        }
        Insert: never
        Update: {
          price_changed_at?: string | null
          previous_list_price?: number | null
          photos_changed_at?: string | null
          version?: number
          property_class?: string | null
          property_type?: string | null
          property_subtype?: string | null
          property_type_code?: string | null
          property_subtype_code?: string | null
          style_code?: string | null
          style_description?: string | null
          dash_listing_type?: string | null
          property_use?: string | null
          development_status?: string | null
          is_new_construction?: boolean | null
          property_condition?: string | null
          construction_stage?: string | null
          builder_name?: string | null
          builder_model?: string | null
          listing_service?: string | null
          listing_agreement?: string | null
          lease_considered?: boolean | null
          sale_considered?: boolean | null
          name?: string | null
          is_off_market?: boolean | null
          is_for_auction?: boolean | null
          is_call_to_show?: boolean | null
          is_price_upon_request?: boolean | null
          is_foreclosure?: boolean | null
          is_short_sale?: boolean | null
          is_prelisting?: boolean | null
          hide_listing_online?: boolean | null
          hide_address_online?: boolean | null
          list_price_usd?: number | null
          currency_name?: string | null
          monthly_rent?: number | null
          lease_term?: string | null
          lease_type?: string | null
          min_lease_rate?: number | null
          max_lease_rate?: number | null
          price_per_area?: number | null
          date_available?: string | null
          net_operating_income?: number | null
          capitalization_rate?: number | null
          gross_income?: number | null
          operating_expense?: number | null
          cash_flow?: number | null
          down_payment?: number | null
          loan_payment?: number | null
          fully_leased_income?: number | null
          tax_annual_amount?: number | null
          tax_year?: number | null
          association_fee?: number | null
          listed_date?: string | null
          expiration_date?: string | null
          last_sold_on?: string | null
          website_listing_date?: string | null
          close_date?: string | null
          close_price?: number | null
          street?: string | null
          address_line2?: string | null
          address_line3?: string | null
          unit_number?: string | null
          city?: string | null
          district?: string | null
          neighborhood?: string | null
          state?: string | null
          state_name?: string | null
          post_code?: string | null
          country?: string | null
          country_name?: string | null
          x_sm_google_maps_point?: string | null
          geo_regions?: Json | null
          bedrooms?: number | null
          bathrooms?: number | null
          half_bath?: number | null
          three_quarter_bath?: number | null
          quarter_bath?: number | null
          rooms_total?: number | null
          units_total?: number | null
          living_area?: number | null
          living_area_unit?: string | null
          building_area?: number | null
          building_area_unit?: string | null
          lot_size?: number | null
          lot_size_unit?: string | null
          lot_size_acres?: number | null
          lot_dimensions?: string | null
          covered_area?: number | null
          uncovered_area?: number | null
          covered_verandas?: number | null
          x_sm_uncovered_verandas?: number | null
          garden_area?: number | null
          x_sm_roof_garden?: number | null
          year_built?: number | null
          x_sm_year_renovated?: number | null
          stories_total?: number | null
          floor_number?: number | null
          view?: string | null
          pool_features?: string | null
          pool_type?: string | null
          private_pool?: boolean | null
          common_pool?: boolean | null
          heating_features?: string | null
          heating_type?: string | null
          heating_fuel?: string | null
          x_sm_heating_medium?: string | null
          cooling_features?: string | null
          air_condition?: boolean | null
          alarm?: boolean | null
          fireplace_features?: string | null
          fireplaces_total?: number | null
          has_fireplace?: boolean | null
          garage_features?: string | null
          garage_spaces?: number | null
          parking_covered?: number | null
          parking_uncovered?: number | null
          parking_total?: number | null
          flooring?: string | null
          fencing?: string | null
          patio_porch_features?: string | null
          waterfront_features?: string | null
          other_structures?: string | null
          amenities?: string | null
          appliances?: string | null
          interior_features?: string | null
          exterior_features?: string | null
          exterior_description?: string | null
          community_features?: string | null
          lot_features?: string | null
          security_features?: string | null
          general_features?: string | null
          kitchen_features?: string | null
          electric?: string | null
          electricity_type?: string | null
          water_source?: string | null
          bath_features?: string | null
          basement?: string | null
          roof?: string | null
          sewer?: string | null
          room_type?: string | null
          road_surface?: string | null
          lifestyles?: string | null
          special_market?: string | null
          area_amenities?: string | null
          area_description?: string | null
          prewiring?: string | null
          property_description_features?: string | null
          location_features?: string | null
          features_json?: Json | null
          furnished?: string | null
          pets_allowed?: string | null
          sea_view?: boolean | null
          mountain_view?: boolean | null
          beach_front?: boolean | null
          x_sm_elevator?: boolean | null
          x_sm_maids_room?: boolean | null
          x_sm_separate_laundry?: boolean | null
          x_sm_smart_home?: boolean | null
          store_room?: boolean | null
          storage_space?: boolean | null
          x_sm_extras?: string | null
          distance_from_beach?: number | null
          distance_from_airport?: number | null
          energy_efficiency_grade?: string | null
          zoning?: string | null
          x_sm_building_density?: number | null
          x_sm_coverage?: number | null
          x_sm_floors_allowed?: number | null
          x_sm_height_allowed?: number | null
          cadastral_reference?: string | null
          x_sm_vat_applicable?: boolean | null
          x_sm_vat_expiration_date?: string | null
          x_sm_introducer_fee?: number | null
          x_sm_commission_pct?: number | null
          x_sm_exclusivity?: boolean | null
          x_sm_crypto_payment?: boolean | null
          x_sm_excluded_from_marketing?: boolean | null
          x_sm_title_deeds?: boolean | null
          x_sm_suitable_for_pr?: boolean | null
          x_sm_keys_in_office?: boolean | null
          x_sm_payment_countries?: string | null
          x_sm_seller_banks?: string | null
          x_sm_other_sellers?: string | null
          x_sm_seller_approved_data?: boolean | null
          x_sm_is_sir_branded?: boolean | null
          x_sm_sir_office_id?: string | null
          private_remarks?: string | null
          showing_instructions?: string | null
          photos_link?: string | null
          list_agent_key?: string | null
          co_list_agent_key?: string | null
          list_office_key?: string | null
          agent_id?: string | null
          agent_first_name?: string | null
          agent_last_name?: string | null
          agent_email?: string | null
          agent_vanity_email?: string | null
          agent_photo_url?: string | null
          company_id?: string | null
          company_name?: string | null
          company_code?: string | null
          agent_office_id?: string | null
          agent_office_code?: string | null
          listing_office_id?: string | null
          listing_office_code?: string | null
          seller_contact_key?: string | null
          developer_contact_key?: string | null
          lead_source?: string | null
          key_holder_details?: string | null
          development_id?: string | null
          building_id?: string | null
          public_remarks?: string | null
          short_description?: string | null
          remarks_json?: Json | null
          listing_url?: string | null
          video_link?: string | null
          virtual_tour_link?: string | null
          websites_json?: Json | null
          contingencies_json?: Json | null
          additional_details_json?: Json | null
          commercial_details?: Json | null
          schools_json?: Json | null
          unit_mix_json?: Json | null
        }
        Relationships: [
          {
            foreignKeyName: 'mls_listings_building_id_fkey'
            columns: ['building_id']
            isOneToOne: false
            referencedRelation: 'mls_development_buildings'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_listings_development_id_fkey'
            columns: ['development_id']
            isOneToOne: false
            referencedRelation: 'mls_developments'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_listings_sibling_listing_id_fkey'
            columns: ['sibling_listing_id']
            isOneToOne: false
            referencedRelation: 'mls_listings'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_listings_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Pictures by their content: the same one at two listings of a market is stored once. Rows of mls_listing_media point here by file_sha256; what none points to is removed after a while. */
      mls_media_files: {
        Row: {
          tenant_id: string
          sha256: string
          bytes: number
          mime_type: string
          width: number | null
          height: number | null
          thumbhash: string | null
          dominant_colour: string | null
          difference_hash: number | null
          variants: Json
          original_bucket: string | null
          original_path: string | null
          flags: string[]
          status: string
          error_code: string | null
          error: string | null
          remove_after: string | null
          created_at: string
          updated_at: string
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_media_files_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** RESO Member. office_key is kept as received and may name an office that has not arrived yet. */
      mls_members: {
        Row: {
          id: string
          seq: number
          tenant_id: string
          origin_member_key: string
          user_id: string | null
          originating_office_key: string
          mls_id: string | null
          first_name: string | null
          last_name: string | null
          full_name: string | null
          email: string | null
          preferred_phone: string | null
          office_phone: string | null
          status: string | null
          type: string | null
          office_key: string | null
          address1: string | null
          city: string | null
          state_or_province: string | null
          postal_code: string | null
          country: string | null
          origin_etl_ts: string | null
          origin_etl_batch_id: string | null
          origin_modified_ts: string | null
          origin_hash: string | null
          origin_deleted: boolean
          delivered_by: string | null
          extensions: Json
          created_at: string
          updated_at: string
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_members_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** RESO Office. Rows with is_market map OriginatingSystemOfficeKey (and its aliases) to a tenant, a source system and a default currency; the others come from gold. */
      mls_offices: {
        Row: {
          id: string
          seq: number
          tenant_id: string
          office_key: string
          is_market: boolean
          aliases: string[]
          origin_system: string | null
          currency_code: string | null
          originating_office_key: string
          mls_id: string | null
          name: string | null
          email: string | null
          phone: string | null
          fax: string | null
          status: string | null
          type: string | null
          address1: string | null
          address2: string | null
          city: string | null
          state_or_province: string | null
          postal_code: string | null
          country: string | null
          broker_key: string | null
          origin_etl_ts: string | null
          origin_etl_batch_id: string | null
          origin_modified_ts: string | null
          origin_hash: string | null
          origin_deleted: boolean
          delivered_by: string | null
          extensions: Json
          created_at: string
          updated_at: string
          shrink_threshold: number
          search_priority: number
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_offices_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Open houses. listing_key is kept as received; listing_id follows when the listing is known. Those that are not for the public are read by the users of their market alone. */
      mls_open_houses: {
        Row: {
          id: string
          seq: number
          tenant_id: string
          originating_office_key: string
          listing_id: string | null
          origin_open_house_key: string
          listing_key: string
          open_house_id: string | null
          open_house_date: string | null
          start_time: string | null
          end_time: string | null
          status: string | null
          type: string | null
          remarks: string | null
          needs_appointment: boolean | null
          livestream_url: string | null
          showing_agent_key: string | null
          origin_etl_ts: string | null
          origin_etl_batch_id: string | null
          origin_modified_ts: string | null
          origin_hash: string | null
          origin_deleted: boolean
          delivered_by: string | null
          extensions: Json
          created_at: string
          updated_at: string
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_open_houses_listing_id_fkey'
            columns: ['listing_id']
            isOneToOne: false
            referencedRelation: 'mls_listings'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_open_houses_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Cities, neighbourhoods and schools of the markets, for everybody. licence says how the source wants to be named; whoever shows a place shows it, too. */
      mls_places: {
        Row: {
          id: string
          kind: string
          name: string
          other_names: string[]
          country: string | null
          region: string | null
          latitude: number
          longitude: number
          boundary: Json | null
          properties: Json
          source: string
          source_key: string
          licence: string
          geo_cell: number | null
          loaded_at: string
        }
        Insert: never
        Update: never
        Relationships: []
      }
      /** Portals and channels of a market. Secrets never stand here: config names what to use, the environment holds it. */
      mls_portal_definitions: {
        Row: {
          id: string
          tenant_id: string
          code: string
          name: string
          channel_type: string
          is_active: boolean
          phase: string
          auto_syndicate: boolean
          statuses: Database['public']['Enums']['mls_listing_status'][]
          requires_fields: string[]
          config: Json
          created_at: string
          updated_at: string
        }
        Insert: never
        Update: {
          name?: string
          is_active?: boolean
          phase?: string
          auto_syndicate?: boolean
          statuses?: Database['public']['Enums']['mls_listing_status'][]
          requires_fields?: string[]
          config?: Json
        }
        Relationships: [
          {
            foreignKeyName: 'mls_portal_definitions_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Place names (lower case) and the ids that a feed format has for them. */
      mls_portal_regions: {
        Row: {
          format: string
          level: string
          name: string
          region_id: number
        }
        Insert: never
        Update: never
        Relationships: []
      }
      /** Every change of the asking price or the rent, written by a trigger in the same transaction. Append-only. */
      mls_price_history: {
        Row: {
          id: number
          tenant_id: string
          listing_id: string
          price_kind: string
          old_price: number | null
          new_price: number | null
          currency_code: string | null
          frequency: string | null
          changed_by: string | null
          changed_at: string
          source: string
          approval_id: string | null
          reason: string | null
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_price_history_approval_id_fkey'
            columns: ['approval_id']
            isOneToOne: false
            referencedRelation: 'mls_listing_approvals'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_price_history_listing_id_fkey'
            columns: ['listing_id']
            isOneToOne: false
            referencedRelation: 'mls_listings'
            referencedColumns: ['id']
          },
        ]
      }
      /** Rooms of listings. listing_key is kept as received; listing_id follows when the listing is known. */
      mls_property_rooms: {
        Row: {
          id: string
          seq: number
          tenant_id: string
          originating_office_key: string
          listing_id: string | null
          origin_room_key: string
          listing_key: string
          type: string | null
          level: string | null
          description: string | null
          features: string | null
          area: number | null
          area_units: string | null
          length: number | null
          width: number | null
          length_units: string | null
          origin_etl_ts: string | null
          origin_etl_batch_id: string | null
          origin_modified_ts: string | null
          origin_hash: string | null
          origin_deleted: boolean
          delivered_by: string | null
          extensions: Json
          created_at: string
          updated_at: string
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_property_rooms_listing_id_fkey'
            columns: ['listing_id']
            isOneToOne: false
            referencedRelation: 'mls_listings'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_property_rooms_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Kinds of units in listings of several. listing_key is kept as received; listing_id follows when the listing is known. */
      mls_property_unit_types: {
        Row: {
          id: string
          seq: number
          tenant_id: string
          originating_office_key: string
          listing_id: string | null
          origin_unit_type_key: string
          listing_key: string
          type: string | null
          description: string | null
          units: number | null
          bedrooms: number | null
          bathrooms: number | null
          furnished: string | null
          actual_rent: number | null
          total_rent: number | null
          origin_etl_ts: string | null
          origin_etl_batch_id: string | null
          origin_modified_ts: string | null
          origin_hash: string | null
          origin_deleted: boolean
          delivered_by: string | null
          extensions: Json
          created_at: string
          updated_at: string
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_property_unit_types_listing_id_fkey'
            columns: ['listing_id']
            isOneToOne: false
            referencedRelation: 'mls_listings'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_property_unit_types_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Listings that came to match a saved search, each once. told_at: when it was given to the webhook or put into a mail. */
      mls_saved_search_matches: {
        Row: {
          search_id: string
          listing_key: string
          matched_at: string
          told_at: string | null
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_saved_search_matches_search_id_fkey'
            columns: ['search_id']
            isOneToOne: false
            referencedRelation: 'mls_saved_searches'
            referencedColumns: ['id']
          },
        ]
      }
      /** Searches kept by users and API clients, as the body of POST /search/listings. position: the last of mls_entity_events that was matched. subscription_id: the webhook that is told. */
      mls_saved_searches: {
        Row: {
          id: string
          tenant_id: string | null
          user_id: string | null
          client_id: string | null
          name: string
          search: Json
          cadence: string
          subscription_id: string | null
          is_active: boolean
          position: number
          next_told_at: string
          by_mail: boolean
          language: string
          time_zone: string
          last_error: string | null
          created_at: string
          updated_at: string
        }
        Insert: never
        Update: {
          name?: string
          cadence?: string
          is_active?: boolean
          by_mail?: boolean
          language?: string
          time_zone?: string
        }
        Relationships: [
          {
            foreignKeyName: 'mls_saved_searches_client_id_fkey'
            columns: ['client_id']
            isOneToOne: false
            referencedRelation: 'mls_api_clients'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_saved_searches_subscription_id_fkey'
            columns: ['subscription_id']
            isOneToOne: false
            referencedRelation: 'mls_webhook_subscriptions'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_saved_searches_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Viewings. listing_key is kept as received; listing_id follows when the listing is known. */
      mls_showings: {
        Row: {
          id: string
          seq: number
          tenant_id: string
          originating_office_key: string
          listing_id: string | null
          origin_showing_key: string
          listing_key: string | null
          showing_agent_key: string | null
          buyer_contact_key: string | null
          showing_date: string | null
          showing_start_time: string | null
          showing_end_time: string | null
          showing_status: string | null
          showing_type: string | null
          showing_remarks: string | null
          showing_feedback: string | null
          showing_outcome: string | null
          origin_etl_ts: string | null
          origin_etl_batch_id: string | null
          origin_modified_ts: string | null
          origin_hash: string | null
          origin_deleted: boolean
          delivered_by: string | null
          extensions: Json
          created_at: string
          updated_at: string
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_showings_listing_id_fkey'
            columns: ['listing_id']
            isOneToOne: false
            referencedRelation: 'mls_listings'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_showings_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** What changed, and nothing of what it is. Written by triggers, one row per statement, topic and listing; kept for a day. A screen that was away reads what has a greater id than the last one it saw. */
      mls_signals: {
        Row: {
          id: number
          tenant_id: string
          topic: string
          listing_id: string | null
          user_id: string | null
          created_at: string
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_signals_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** What went wrong in runs, with the record where it was one. At most 500 a run; equal ones are counted. */
      mls_source_errors: {
        Row: {
          id: number
          source_id: string
          run_id: string
          tenant_id: string
          stage: string | null
          record_key: string | null
          code: string
          message: string
          times: number
          first_at: string
          last_at: string
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_source_errors_run_id_fkey'
            columns: ['run_id']
            isOneToOne: false
            referencedRelation: 'mls_source_runs'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_source_errors_source_id_fkey'
            columns: ['source_id']
            isOneToOne: false
            referencedRelation: 'mls_sources'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_source_errors_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Files of sources, sent or fetched. The content of the last one is in mls.source_file_parts: with another mapping it can be read again. */
      mls_source_files: {
        Row: {
          id: string
          source_id: string
          tenant_id: string
          name: string
          sha256: string | null
          content_sha256: string | null
          bytes: number
          status: string
          format: Json | null
          etag: string | null
          last_modified: string | null
          run_id: string | null
          arrived_at: string
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_source_files_run_id_fkey'
            columns: ['run_id']
            isOneToOne: false
            referencedRelation: 'mls_source_runs'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_source_files_source_id_fkey'
            columns: ['source_id']
            isOneToOne: false
            referencedRelation: 'mls_sources'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_source_files_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Mappings of a source by version; a run names the version that it read with. */
      mls_source_mappings: {
        Row: {
          source_id: string
          version: number
          mapping: Json | null
          saved_by: string | null
          saved_at: string
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_source_mappings_source_id_fkey'
            columns: ['source_id']
            isOneToOne: false
            referencedRelation: 'mls_sources'
            referencedColumns: ['id']
          },
        ]
      }
      /** Runs of sources. queued, then running while a worker holds the lease, waiting between slices; finished, failed, cancelled or refused (too much would have vanished). MEDIA reads the pictures of some listings only, whose addresses are over. */
      mls_source_runs: {
        Row: {
          id: string
          source_id: string
          tenant_id: string
          mode: string
          trigger: string
          requested_by: string | null
          force: boolean
          status: string
          stage: string | null
          cursor: Json
          ingest_runs: Json
          counts_by_resource: Json
          done: number
          expected: number | null
          stage_done: number
          stage_expected: number | null
          requests: number
          bytes: number
          slices: number
          failures: number
          mapping_version: number | null
          quota_reached: boolean
          ignores_circuit: boolean
          due_at: string
          lease_token: string | null
          leased_until: string | null
          cancel_requested_at: string | null
          error_code: string | null
          error: string | null
          created_at: string
          started_at: string | null
          finished_at: string | null
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_source_runs_source_id_fkey'
            columns: ['source_id']
            isOneToOne: false
            referencedRelation: 'mls_sources'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_source_runs_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** What a source was asked and gave, by day (UTC). */
      mls_source_usage: {
        Row: {
          source_id: string
          tenant_id: string
          day: string
          requests: number
          bytes: number
          records: number
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_source_usage_source_id_fkey'
            columns: ['source_id']
            isOneToOne: false
            referencedRelation: 'mls_sources'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'mls_source_usage_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Providers that the hub reads by itself, one per market office. Settings hold no secrets: credentials are in Vault (mls.source_secrets). */
      mls_sources: {
        Row: {
          id: string
          tenant_id: string
          office_key: string
          code: string
          name: string
          provider: string
          settings: Json
          mapping: Json | null
          mapping_version: number
          resources: Json
          cron: string | null
          interval_minutes: number | null
          full_cron: string | null
          timezone: string
          key_prefix: string
          overlap_seconds: number
          sweep_minutes: number
          max_listings: number | null
          requests_per_minute: number | null
          requests_per_day: number | null
          media: Json
          enabled: boolean
          has_credentials: boolean
          marks: Json
          done_at: Json
          next_run_at: string | null
          next_full_at: string | null
          failures: number
          open_until: string | null
          paused_reason: string | null
          last_ok_at: string | null
          last_full_at: string | null
          created_at: string
          updated_at: string
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_sources_office_key_fkey'
            columns: ['office_key']
            isOneToOne: true
            referencedRelation: 'mls_offices'
            referencedColumns: ['office_key']
          },
          {
            foreignKeyName: 'mls_sources_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Every change of status, written by a trigger in the same transaction. Append-only. */
      mls_status_history: {
        Row: {
          id: number
          tenant_id: string
          listing_id: string
          from_status: Database['public']['Enums']['mls_listing_status'] | null
          to_status: Database['public']['Enums']['mls_listing_status']
          changed_by: string | null
          changed_at: string
          reason: string | null
          trigger: string
          metadata: Json
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_status_history_listing_id_fkey'
            columns: ['listing_id']
            isOneToOne: false
            referencedRelation: 'mls_listings'
            referencedColumns: ['id']
          },
        ]
      }
      /** The workflow as data: a change of status exists where a row says so. Claiming and releasing have functions of their own. */
      mls_status_transitions: {
        Row: {
          id: string
          tenant_id: string
          from_status: Database['public']['Enums']['mls_listing_status']
          to_status: Database['public']['Enums']['mls_listing_status']
          kind: string
          guards: string[]
          min_scope: string
          roles: string[]
          reason_required: boolean
          created_at: string
          updated_at: string
        }
        Insert: {
          tenant_id?: string
          from_status: Database['public']['Enums']['mls_listing_status']
          to_status: Database['public']['Enums']['mls_listing_status']
          kind: string
          guards?: string[]
          min_scope?: string
          roles?: string[]
          reason_required?: boolean
        }
        Update: {
          from_status?: Database['public']['Enums']['mls_listing_status']
          to_status?: Database['public']['Enums']['mls_listing_status']
          kind?: string
          guards?: string[]
          min_scope?: string
          roles?: string[]
          reason_required?: boolean
        }
        Relationships: [
          {
            foreignKeyName: 'mls_status_transitions_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** RESO TeamMembers. Both keys are kept as received and may name what has not arrived yet. */
      mls_team_members: {
        Row: {
          id: string
          seq: number
          tenant_id: string
          originating_office_key: string
          origin_team_member_key: string
          team_key: string | null
          member_key: string | null
          type: string | null
          origin_etl_ts: string | null
          origin_etl_batch_id: string | null
          origin_modified_ts: string | null
          origin_hash: string | null
          origin_deleted: boolean
          delivered_by: string | null
          extensions: Json
          created_at: string
          updated_at: string
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_team_members_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** RESO Teams, as sources say it. Who may see whose rows is mls_user_teams. */
      mls_teams: {
        Row: {
          id: string
          seq: number
          tenant_id: string
          originating_office_key: string
          origin_team_key: string
          name: string | null
          status: string | null
          description: string | null
          lead_key: string | null
          email: string | null
          preferred_phone: string | null
          city: string | null
          origin_etl_ts: string | null
          origin_etl_batch_id: string | null
          origin_modified_ts: string | null
          origin_hash: string | null
          origin_deleted: boolean
          delivered_by: string | null
          extensions: Json
          created_at: string
          updated_at: string
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_teams_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Markets. Every other row belongs to exactly one of them. */
      mls_tenants: {
        Row: {
          id: string
          code: string
          name: string
          country: string
          currency_code: string
          api_visibility: string
          settings: Json
          created_at: string
          updated_at: string
        }
        Insert: never
        Update: {
          name?: string
          api_visibility?: string
          settings?: Json
        }
        Relationships: []
      }
      /** What people who sign in with Supabase Auth may do, per market. It reaches their token when that is issued or refreshed. Administrators write the rows of their market, never their own. */
      mls_user_access: {
        Row: {
          id: string
          user_id: string
          tenant_id: string
          scope: string
          crud: string
          team_ids: string[]
          role_name: string | null
          is_default: boolean
          created_by: string | null
          created_at: string
          updated_by: string | null
          updated_at: string
        }
        Insert: {
          user_id: string
          tenant_id?: string
          scope?: string
          crud?: string
          team_ids?: string[]
          role_name?: string | null
        }
        Update: {
          scope?: string
          crud?: string
          team_ids?: string[]
          role_name?: string | null
        }
        Relationships: [
          {
            foreignKeyName: 'mls_user_access_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
      /** Team membership. A token names the teams of its user; whose rows they may see also needs the other members. */
      mls_user_teams: {
        Row: {
          tenant_id: string
          team_id: string
          user_id: string
        }
        Insert: never
        Update: never
        Relationships: [
          {
            foreignKeyName: 'mls_user_teams_tenant_id_fkey'
            columns: ['tenant_id']
            isOneToOne: false
            referencedRelation: 'mls_tenants'
            referencedColumns: ['id']
          },
        ]
      }
    }
    Views: {
      /** Claimed listings in the user's scope, with what is open and where they can go. Order by status_changed_at and id. */
      broker_board: {
        Row: {
          id: string | null
          tenant_id: string | null
          seq: number | null
          ref: string | null
          version: number | null
          status: Database['public']['Enums']['mls_listing_status'] | null
          status_changed_at: string | null
          days_in_stage: number | null
          broker_id: string | null
          co_broker_id: string | null
          claimed_at: string | null
          broker_name: string | null
          origin_system: string | null
          is_externally_managed: boolean | null
          origin_deleted: boolean | null
          property_type: string | null
          property_subtype: string | null
          name: string | null
          city: string | null
          bedrooms: number | null
          living_area: number | null
          list_price: number | null
          lease_amount: number | null
          currency_code: string | null
          photos_count: number | null
          missing: string[] | null
          completeness: number | null
          steps_done: number | null
          steps_total: number | null
          open_tasks: number | null
          pending_approvals: string[] | null
          next_steps: Json | null
        }
        Relationships: []
      }
      /** The older RESO table contacts, read only: what contacts_reso says, where the market wants it. New apps read the mls_ tables. */
      contacts: {
        Row: {
          tenant_id: string | null
          ContactKey: string | null
          ContactMlsId: string | null
          ContactFirstName: string | null
          ContactLastName: string | null
          ContactFullName: string | null
          ContactEmail: string | null
          ContactEmail2: string | null
          ContactPhone: string | null
          ContactPhone2: string | null
          ContactType: string | null
          ContactStatus: string | null
          ContactAddress1: string | null
          ContactCity: string | null
          ContactStateOrProvince: string | null
          ContactPostalCode: string | null
          ContactCountry: string | null
          ContactNationality: string | null
          ContactTitle: string | null
          ContactBirthdate: string | null
          ContactWebsite: string | null
          ContactEntityType: string | null
          ContactCompanyRegistrationNumber: string | null
          ContactCompanyName: string | null
          ContactAssignedToKey: string | null
          X_QobrixContactId: string | null
          X_QobrixContactRef: string | null
          X_QobrixContactLegacyId: string | null
          X_QobrixDescription: string | null
          X_QobrixPreferredLanguage: string | null
          X_QobrixContactPersonFirstName: string | null
          X_QobrixContactPersonLastName: string | null
          X_QobrixCreated: string | null
          X_QobrixModified: string | null
          X_QobrixCreatedBy: string | null
          X_QobrixModifiedBy: string | null
          OriginatingSystemOfficeKey: string | null
          etl_timestamp: string | null
          etl_batch_id: string | null
          ModificationTimestamp: string | null
        }
        Relationships: []
      }
      /** RESO Contacts: what the world may know of each record. */
      contacts_reso: {
        Row: {
          record_id: string | null
          tenant_id: string | null
          seq: number | null
          office_key: string | null
          is_published: boolean | null
          ContactKey: string | null
          ContactMlsId: string | null
          ContactFirstName: string | null
          ContactLastName: string | null
          ContactFullName: string | null
          ContactEmail: string | null
          ContactEmail2: string | null
          ContactPhone: string | null
          ContactPhone2: string | null
          ContactType: string | null
          ContactStatus: string | null
          ContactAddress1: string | null
          ContactCity: string | null
          ContactStateOrProvince: string | null
          ContactPostalCode: string | null
          ContactCountry: string | null
          ContactNationality: string | null
          ContactTitle: string | null
          ContactBirthdate: string | null
          ContactWebsite: string | null
          ContactEntityType: string | null
          ContactCompanyRegistrationNumber: string | null
          ContactCompanyName: string | null
          ContactAssignedToKey: string | null
          X_QobrixContactId: string | null
          X_QobrixContactRef: string | null
          X_QobrixContactLegacyId: string | null
          X_QobrixDescription: string | null
          X_QobrixPreferredLanguage: string | null
          X_QobrixContactPersonFirstName: string | null
          X_QobrixContactPersonLastName: string | null
          X_QobrixCreated: string | null
          X_QobrixModified: string | null
          X_QobrixCreatedBy: string | null
          X_QobrixModifiedBy: string | null
          OriginatingSystemOfficeKey: string | null
          etl_timestamp: string | null
          etl_batch_id: string | null
          ModificationTimestamp: string | null
        }
        Relationships: []
      }
      /** Listings that nobody has claimed, with badges, what is missing, whom they are assigned to, and likely duplicates from other sources. Order by seq (newest: descending) and page by it. */
      listing_inbox: {
        Row: {
          id: string | null
          tenant_id: string | null
          seq: number | null
          ref: string | null
          status: Database['public']['Enums']['mls_listing_status'] | null
          source_standard_status: string | null
          origin_system: string | null
          origin_key: string | null
          originating_office_key: string | null
          property_type: string | null
          property_subtype: string | null
          name: string | null
          city: string | null
          state: string | null
          bedrooms: number | null
          bathrooms: number | null
          living_area: number | null
          list_price: number | null
          lease_amount: number | null
          lease_amount_frequency: string | null
          currency_code: string | null
          photos_count: number | null
          created_at: string | null
          origin_modified_ts: string | null
          badges: string[] | null
          assigned_to: string | null
          assigned_name: string | null
          missing: string[] | null
          completeness: number | null
          match_hints: Json | null
        }
        Relationships: []
      }
      /** Published listings with an active website syndication: the one thing that needs no sign-in. Filter by market and city; newest first by published_at and id. */
      listings_public: {
        Row: {
          id: string | null
          market: string | null
          ref: string | null
          status: Database['public']['Enums']['mls_listing_status'] | null
          property_type: string | null
          property_subtype: string | null
          name: string | null
          description: string | null
          price: number | null
          rent: number | null
          rent_frequency: string | null
          currency_code: string | null
          street: string | null
          city: string | null
          state: string | null
          post_code: string | null
          country: string | null
          latitude: number | null
          longitude: number | null
          bedrooms: number | null
          bathrooms: number | null
          living_area: number | null
          lot_size: number | null
          year_built: number | null
          photos: Json | null
          published_at: string | null
          updated_at: string | null
        }
        Relationships: []
      }
      /** The older RESO table media, read only: what media_reso says, where the market wants it. New apps read the mls_ tables. */
      media: {
        Row: {
          tenant_id: string | null
          MediaKey: string | null
          ResourceRecordKey: string | null
          ResourceName: string | null
          MediaCategory: string | null
          MediaURL: string | null
          MediaType: string | null
          Order: number | null
          ShortDescription: string | null
          LongDescription: string | null
          ImageWidth: number | null
          ImageHeight: number | null
          ImageSizeBytes: number | null
          X_IsPrimary: boolean | null
          X_QobrixMediaId: string | null
          X_QobrixPropertyId: string | null
          X_QobrixMediaCategory: string | null
          X_QobrixFileId: string | null
          X_QobrixThumbnailUrl: string | null
          X_QobrixFilesystem: string | null
          X_QobrixCategoryId: string | null
          X_QobrixCreated: string | null
          X_QobrixModified: string | null
          OriginatingSystemOfficeKey: string | null
          X_DataSource: string | null
          etl_timestamp: string | null
          etl_batch_id: string | null
          MediaModificationTimestamp: string | null
          ImageOf: string | null
          ImageSizeDescription: string | null
          MediaAlteration: string | null
          MediaHTML: string | null
          MediaObjectID: string | null
          MediaStatus: string | null
          Permission: string | null
          PreferredPhotoYN: boolean | null
          ResourceRecordID: string | null
          OriginatingSystemID: string | null
          OriginatingSystemMediaKey: string | null
          OriginatingSystemName: string | null
          SourceSystemID: string | null
          SourceSystemMediaKey: string | null
          SourceSystemName: string | null
          ModificationTimestamp: string | null
        }
        Relationships: []
      }
      /** RESO Media: what the world may know of each record. */
      media_reso: {
        Row: {
          record_id: string | null
          tenant_id: string | null
          seq: number | null
          office_key: string | null
          is_published: boolean | null
          MediaKey: string | null
          ResourceRecordKey: string | null
          ResourceName: string | null
          MediaCategory: string | null
          MediaURL: string | null
          MediaType: string | null
          Order: number | null
          ShortDescription: string | null
          LongDescription: string | null
          ImageWidth: number | null
          ImageHeight: number | null
          ImageSizeBytes: number | null
          X_IsPrimary: boolean | null
          X_QobrixMediaId: string | null
          X_QobrixPropertyId: string | null
          X_QobrixMediaCategory: string | null
          X_QobrixFileId: string | null
          X_QobrixThumbnailUrl: string | null
          X_QobrixFilesystem: string | null
          X_QobrixCategoryId: string | null
          X_QobrixCreated: string | null
          X_QobrixModified: string | null
          OriginatingSystemOfficeKey: string | null
          X_DataSource: string | null
          etl_timestamp: string | null
          etl_batch_id: string | null
          MediaModificationTimestamp: string | null
          ImageOf: string | null
          ImageSizeDescription: string | null
          MediaAlteration: string | null
          MediaHTML: string | null
          MediaObjectID: string | null
          MediaStatus: string | null
          Permission: string | null
          PreferredPhotoYN: boolean | null
          ResourceRecordID: string | null
          OriginatingSystemID: string | null
          OriginatingSystemMediaKey: string | null
          OriginatingSystemName: string | null
          SourceSystemID: string | null
          SourceSystemMediaKey: string | null
          SourceSystemName: string | null
          ModificationTimestamp: string | null
        }
        Relationships: []
      }
      /** The older RESO table member, read only: what member_reso says, where the market wants it. New apps read the mls_ tables. */
      member: {
        Row: {
          tenant_id: string | null
          MemberKey: string | null
          MemberMlsId: string | null
          MemberFirstName: string | null
          MemberLastName: string | null
          MemberFullName: string | null
          MemberEmail: string | null
          MemberPreferredPhone: string | null
          MemberOfficePhone: string | null
          MemberStatus: string | null
          MemberType: string | null
          OfficeKey: string | null
          MemberAddress1: string | null
          MemberCity: string | null
          MemberStateOrProvince: string | null
          MemberPostalCode: string | null
          MemberCountry: string | null
          X_QobrixAgentId: string | null
          X_QobrixAgentRef: string | null
          X_QobrixDescription: string | null
          X_QobrixCommission1: string | null
          X_QobrixAgreementDate: string | null
          X_QobrixOwnerId: string | null
          X_QobrixPrimaryContactId: string | null
          X_QobrixCreated: string | null
          X_QobrixModified: string | null
          X_QobrixSourceType: string | null
          OriginatingSystemOfficeKey: string | null
          etl_timestamp: string | null
          etl_batch_id: string | null
          MemberNamePrefix: string | null
          MemberMiddleName: string | null
          MemberNameSuffix: string | null
          MemberNickname: string | null
          JobTitle: string | null
          MemberBio: string | null
          MemberDesignation: string | null
          MemberLanguages: string | null
          MemberLoginId: string | null
          MemberMlsAccessYN: boolean | null
          MemberAlternateId: string | null
          MemberAOR: string | null
          MemberAORkey: string | null
          MemberAORMlsId: string | null
          MemberPrimaryAorId: string | null
          MemberNationalAssociationId: string | null
          MemberStateLicense: string | null
          MemberStateLicenseState: string | null
          MemberStateLicenseType: string | null
          MemberStateLicenseExpirationDate: string | null
          UniqueLicenseeIdentifier: string | null
          MemberPreferredPhoneExt: string | null
          MemberOfficePhoneExt: string | null
          MemberDirectPhone: string | null
          MemberMobilePhone: string | null
          MemberTollFreePhone: string | null
          MemberFax: string | null
          MemberAddress2: string | null
          MemberCountyOrParish: string | null
          MemberPostalCodePlus4: string | null
          MemberIsAssistantTo: string | null
          OfficeMlsId: string | null
          OfficeName: string | null
          OfficeNationalAssociationId: string | null
          OriginalEntryTimestamp: string | null
          OriginatingSystemID: string | null
          OriginatingSystemMemberKey: string | null
          OriginatingSystemName: string | null
          SourceSystemID: string | null
          SourceSystemMemberKey: string | null
          SourceSystemName: string | null
          ModificationTimestamp: string | null
        }
        Relationships: []
      }
      /** RESO Member: what the world may know of each record. */
      member_reso: {
        Row: {
          record_id: string | null
          tenant_id: string | null
          seq: number | null
          office_key: string | null
          is_published: boolean | null
          MemberKey: string | null
          MemberMlsId: string | null
          MemberFirstName: string | null
          MemberLastName: string | null
          MemberFullName: string | null
          MemberEmail: string | null
          MemberPreferredPhone: string | null
          MemberOfficePhone: string | null
          MemberStatus: string | null
          MemberType: string | null
          OfficeKey: string | null
          MemberAddress1: string | null
          MemberCity: string | null
          MemberStateOrProvince: string | null
          MemberPostalCode: string | null
          MemberCountry: string | null
          X_QobrixAgentId: string | null
          X_QobrixAgentRef: string | null
          X_QobrixDescription: string | null
          X_QobrixCommission1: string | null
          X_QobrixAgreementDate: string | null
          X_QobrixOwnerId: string | null
          X_QobrixPrimaryContactId: string | null
          X_QobrixCreated: string | null
          X_QobrixModified: string | null
          X_QobrixSourceType: string | null
          OriginatingSystemOfficeKey: string | null
          etl_timestamp: string | null
          etl_batch_id: string | null
          MemberNamePrefix: string | null
          MemberMiddleName: string | null
          MemberNameSuffix: string | null
          MemberNickname: string | null
          JobTitle: string | null
          MemberBio: string | null
          MemberDesignation: string | null
          MemberLanguages: string | null
          MemberLoginId: string | null
          MemberMlsAccessYN: boolean | null
          MemberAlternateId: string | null
          MemberAOR: string | null
          MemberAORkey: string | null
          MemberAORMlsId: string | null
          MemberPrimaryAorId: string | null
          MemberNationalAssociationId: string | null
          MemberStateLicense: string | null
          MemberStateLicenseState: string | null
          MemberStateLicenseType: string | null
          MemberStateLicenseExpirationDate: string | null
          UniqueLicenseeIdentifier: string | null
          MemberPreferredPhoneExt: string | null
          MemberOfficePhoneExt: string | null
          MemberDirectPhone: string | null
          MemberMobilePhone: string | null
          MemberTollFreePhone: string | null
          MemberFax: string | null
          MemberAddress2: string | null
          MemberCountyOrParish: string | null
          MemberPostalCodePlus4: string | null
          MemberIsAssistantTo: string | null
          OfficeMlsId: string | null
          OfficeName: string | null
          OfficeNationalAssociationId: string | null
          OriginalEntryTimestamp: string | null
          OriginatingSystemID: string | null
          OriginatingSystemMemberKey: string | null
          OriginatingSystemName: string | null
          SourceSystemID: string | null
          SourceSystemMemberKey: string | null
          SourceSystemName: string | null
          ModificationTimestamp: string | null
        }
        Relationships: []
      }
      /** Fields in which a listing differs from the last word of its source: our value, theirs, since when, and who may change it after a claim. What a broker declined (resolve_drift, keep_ours) returns when the source says something else. */
      mls_listing_drift: {
        Row: {
          listing_id: string | null
          field: string | null
          ours: string | null
          theirs: string | null
          since: string | null
          owner: string | null
        }
        Relationships: []
      }
      /** Who wrote each field of a listing last: SOURCE, USER (written_by), SYSTEM or AUTO_PUBLISH, and when. owner says who may change it after a claim. */
      mls_listing_provenance: {
        Row: {
          listing_id: string | null
          field: string | null
          writer: string | null
          written_by: string | null
          written_at: string | null
          owner: string | null
        }
        Relationships: []
      }
      /** RESO Office: what the world may know of each record. */
      office_reso: {
        Row: {
          record_id: string | null
          tenant_id: string | null
          seq: number | null
          office_key: string | null
          is_published: boolean | null
          OfficeKey: string | null
          OfficeMlsId: string | null
          OfficeName: string | null
          OfficeEmail: string | null
          OfficePhone: string | null
          OfficeFax: string | null
          OfficeStatus: string | null
          OfficeType: string | null
          OfficeAddress1: string | null
          OfficeAddress2: string | null
          OfficeCity: string | null
          OfficeStateOrProvince: string | null
          OfficePostalCode: string | null
          OfficeCountry: string | null
          OfficeBrokerKey: string | null
          X_QobrixAgentId: string | null
          X_QobrixAgentRef: string | null
          X_QobrixDescription: string | null
          X_QobrixCommission1: string | null
          X_QobrixCommission2: string | null
          X_QobrixCommission3: string | null
          X_QobrixAgreementDate: string | null
          X_QobrixOwnerId: string | null
          X_QobrixPrimaryContactId: string | null
          X_QobrixCreated: string | null
          X_QobrixModified: string | null
          OriginatingSystemOfficeKey: string | null
          etl_timestamp: string | null
          etl_batch_id: string | null
          OfficeBio: string | null
          OfficeAlternateId: string | null
          OfficeAOR: string | null
          OfficeAORkey: string | null
          OfficeAORMlsId: string | null
          OfficePrimaryAorId: string | null
          OfficeNationalAssociationId: string | null
          OfficeCorporateLicense: string | null
          OfficeBranchType: string | null
          MainOfficeKey: string | null
          MainOfficeMlsId: string | null
          NumberOfBranches: number | null
          FranchiseAffiliation: string | null
          FranchiseNationalAssociationId: string | null
          OfficeBrokerMlsId: string | null
          OfficeBrokerNationalAssociationId: string | null
          OfficeManagerKey: string | null
          OfficeManagerMlsId: string | null
          IDXOfficeParticipationYN: boolean | null
          VirtualOfficeWebsiteYN: boolean | null
          OfficePhoneExt: string | null
          OfficeCountyOrParish: string | null
          OfficePostalCodePlus4: string | null
          OfficePrimaryStateOrProvince: string | null
          OriginalEntryTimestamp: string | null
          OriginatingSystemID: string | null
          OriginatingSystemName: string | null
          SourceSystemID: string | null
          SourceSystemName: string | null
          SourceSystemOfficeKey: string | null
          ModificationTimestamp: string | null
        }
        Relationships: []
      }
      /** RESO OpenHouse: what the world may know of each record. */
      open_house_reso: {
        Row: {
          record_id: string | null
          tenant_id: string | null
          seq: number | null
          office_key: string | null
          is_published: boolean | null
          OpenHouseKey: string | null
          OpenHouseId: string | null
          ListingKey: string | null
          ListingId: string | null
          OpenHouseDate: string | null
          OpenHouseStartTime: string | null
          OpenHouseEndTime: string | null
          OpenHouseStatus: string | null
          OpenHouseType: string | null
          OpenHouseAttendedBy: string | null
          OpenHouseRemarks: string | null
          Refreshments: string | null
          AppointmentRequiredYN: boolean | null
          LivestreamOpenHouseURL: string | null
          ShowingAgentKey: string | null
          ShowingAgentFirstName: string | null
          ShowingAgentLastName: string | null
          ShowingAgentMlsID: string | null
          OriginalEntryTimestamp: string | null
          ModificationTimestamp: string | null
          OriginatingSystemID: string | null
          OriginatingSystemKey: string | null
          OriginatingSystemName: string | null
          SourceSystemID: string | null
          SourceSystemKey: string | null
          SourceSystemName: string | null
          OriginatingSystemOfficeKey: string | null
          etl_timestamp: string | null
          etl_batch_id: string | null
        }
        Relationships: []
      }
      /** The older RESO table property, read only: what property_reso says, where the market wants it. New apps read the mls_ tables. */
      property: {
        Row: {
          tenant_id: string | null
          ListingKey: string | null
          ListingId: string | null
          StandardStatus: string | null
          PropertyClass: string | null
          DevelopmentStatus: string | null
          NewConstructionYN: boolean | null
          PropertyCondition: string | null
          BuilderName: string | null
          BuilderModel: string | null
          PropertyType: string | null
          PropertySubType: string | null
          ListingService: string | null
          ListingAgreement: string | null
          LeaseConsideredYN: boolean | null
          SaleConsideredYN: boolean | null
          BedroomsTotal: number | null
          BathroomsTotalInteger: number | null
          BathroomsHalf: number | null
          LivingArea: number | null
          LivingAreaUnits: string | null
          LotSizeSquareFeet: number | null
          LotSizeUnits: string | null
          LotSizeAcres: number | null
          ListPrice: number | null
          LeasePrice: number | null
          LeaseAmount: number | null
          LeaseAmountFrequency: string | null
          OriginalEntryTimestamp: string | null
          ListingContractDate: string | null
          ModificationTimestamp: string | null
          UnparsedAddress: string | null
          City: string | null
          StateOrProvince: string | null
          PostalCode: string | null
          Country: string | null
          Latitude: number | null
          Longitude: number | null
          PublicRemarks: string | null
          ListAgentKey: string | null
          CoListAgentKey: string | null
          ListOfficeKey: string | null
          YearBuilt: number | null
          YearBuiltEffective: number | null
          View: string | null
          PoolFeatures: string | null
          Heating: string | null
          Cooling: string | null
          Furnished: string | null
          PetsAllowed: string | null
          FireplaceYN: boolean | null
          ParkingFeatures: string | null
          StoriesTotal: number | null
          Stories: number | null
          Flooring: string | null
          FireplaceFeatures: string | null
          WaterfrontFeatures: string | null
          PatioAndPorchFeatures: string | null
          OtherStructures: string | null
          AssociationAmenities: string | null
          Fencing: string | null
          X_SeaView: string | null
          X_MountainView: string | null
          X_BeachFront: string | null
          X_AbutsGreenArea: string | null
          X_ElevatedArea: string | null
          X_PrivateSwimmingPool: string | null
          X_CommonSwimmingPool: string | null
          X_GardenArea: string | null
          X_RoofGardenArea: string | null
          X_Elevator: string | null
          X_AirCondition: string | null
          X_Alarm: string | null
          X_SmartHome: string | null
          X_SolarWaterHeater: string | null
          X_StorageSpace: string | null
          X_MaidsRoom: string | null
          X_ConciergeReception: string | null
          X_SecureDoor: string | null
          X_Kitchenette: string | null
          X_HomeOffice: string | null
          X_SeparateLaundryRoom: string | null
          X_Reception: string | null
          X_StoreRoom: string | null
          X_ConstructionType: string | null
          X_ConstructionStage: string | null
          X_FloorType: string | null
          X_NewBuild: string | null
          X_Height: number | null
          X_MaxFloor: number | null
          X_UnitNumber: string | null
          X_EnergyEfficiencyGrade: string | null
          X_EnergyConsumptionRating: string | null
          X_EnergyConsumptionValue: string | null
          X_EnergyEmissionRating: string | null
          X_HeatingType: string | null
          X_HeatingMedium: string | null
          X_CoolingType: string | null
          X_Electricity: string | null
          X_ElectricityType: string | null
          X_Water: string | null
          X_DistanceFromBeach: string | null
          X_DistanceFromAirport: string | null
          X_DistanceFromCentre: string | null
          X_DistanceFromSchool: string | null
          X_DistanceFromShops: string | null
          X_DistanceFromHospital: string | null
          X_DistanceFromUniversity: string | null
          X_DistanceFromRailStation: string | null
          X_DistanceFromTubeStation: string | null
          X_LivingRooms: number | null
          X_Kitchens: number | null
          X_KitchenType: string | null
          X_OfficeSpaces: number | null
          X_VerandasCount: number | null
          X_CoveredArea: number | null
          X_UncoveredArea: number | null
          X_TotalArea: number | null
          X_MezzanineArea: number | null
          X_StorageArea: number | null
          X_CoveredVerandas: number | null
          X_UncoveredVerandas: number | null
          X_Frontage: number | null
          X_BuildingDensity: string | null
          X_Coverage: string | null
          X_CoverFactor: string | null
          X_CornerPlot: string | null
          X_RightOfWay: string | null
          X_RegisteredRoad: string | null
          X_TownPlanningZone: string | null
          X_LandLocked: string | null
          X_CadastralReference: string | null
          X_IdealFor: string | null
          X_LicensedFor: string | null
          X_BusinessTransferOrSale: string | null
          X_BusinessTransferPrice: string | null
          X_BusinessActivity: string | null
          X_ConferenceRoom: string | null
          X_ServerRoom: string | null
          X_EnclosedOffice: string | null
          X_OfficeLayout: string | null
          X_PricePerSquare: string | null
          X_PriceQualifier: string | null
          X_PlusVAT: string | null
          X_MinimumTenancy: string | null
          X_TenancyType: string | null
          X_Occupancy: string | null
          X_PreviousListPrice: number | null
          X_PreviousLeasePrice: number | null
          X_ListPriceModified: string | null
          X_LeasePriceModified: string | null
          X_AuctionStartDate: string | null
          X_AuctionEndDate: string | null
          X_ReservePrice: number | null
          X_StartingBid: number | null
          X_ProjectId: string | null
          X_DeveloperContactKey: string | null
          X_LeadSource: string | null
          X_WebsiteListingDate: string | null
          X_KeyHolderDetails: string | null
          X_ListingBrokerName: string | null
          X_Featured: string | null
          X_FeaturedPriority: string | null
          X_PropertyOfTheMonth: string | null
          X_VideoLink: string | null
          X_VirtualTourLink: string | null
          X_WebsiteUrl: string | null
          X_WebsiteStatus: string | null
          X_ExcludedProperty: boolean | null
          X_ShortDescription: string | null
          X_PropertyName: string | null
          X_ApartmentType: string | null
          X_HouseType: string | null
          X_LandType: string | null
          X_OfficeType: string | null
          X_RetailType: string | null
          X_IndustrialType: string | null
          X_HotelType: string | null
          X_BuildingType: string | null
          X_InvestmentType: string | null
          X_CustomerParking: number | null
          X_AdditionalFeatures: string | null
          X_InteriorFeatures: string | null
          X_ExteriorFeatures: string | null
          X_CommunityFeatures: string | null
          X_LotFeatures: string | null
          X_SecurityFeatures: string | null
          X_Appliances: string | null
          X_QobrixId: string | null
          X_QobrixRef: string | null
          X_QobrixSource: string | null
          X_QobrixLegacyId: string | null
          X_SellerContactKey: string | null
          X_CreatedByMemberKey: string | null
          X_ModifiedByMemberKey: string | null
          X_QobrixModified: string | null
          OriginatingSystemOfficeKey: string | null
          X_DataSource: string | null
          etl_timestamp: string | null
          etl_batch_id: string | null
          MlsStatus: string | null
          StatusChangeTimestamp: string | null
          OnMarketDate: string | null
          ArchitecturalStyle: string | null
          OriginalListPrice: number | null
          ListPriceCurrencyCode: string | null
          LeaseTerm: string | null
          AvailabilityDate: string | null
          NetOperatingIncome: number | null
          CapRate: number | null
          GrossIncome: number | null
          OperatingExpense: number | null
          TaxAnnualAmount: number | null
          TaxYear: number | null
          AssociationFee: number | null
          ExpirationDate: string | null
          DaysOnMarket: number | null
          CloseDate: string | null
          ClosePrice: number | null
          BathroomsThreeQuarter: number | null
          BathroomsOneQuarter: number | null
          RoomsTotal: number | null
          NumberOfUnitsTotal: number | null
          LotSizeDimensions: string | null
          FireplacesTotal: number | null
          CoveredSpaces: number | null
          OpenParkingSpaces: number | null
          ParkingTotal: number | null
          Basement: string | null
          Roof: string | null
          Sewer: string | null
          RoomType: string | null
          RoadSurfaceType: string | null
          PrivateRemarks: string | null
          ShowingInstructions: string | null
          ListAgentFirstName: string | null
          ListAgentLastName: string | null
          ListAgentEmail: string | null
          PhotosCount: number | null
          InteriorFeatures: string | null
          ExteriorFeatures: string | null
          CommunityFeatures: string | null
          LotFeatures: string | null
          SecurityFeatures: string | null
          Appliances: string | null
          UnitNumber: string | null
          PreviousListPrice: number | null
          VirtualTourURLUnbranded: string | null
          ListingURL: string | null
          PriceChangeTimestamp: string | null
          PhotosChangeTimestamp: string | null
          MajorChangeTimestamp: string | null
          MajorChangeType: string | null
          OriginatingSystemName: string | null
          OriginatingSystemID: string | null
          SourceSystemName: string | null
          ListAgentFullName: string | null
          ListOfficeName: string | null
          InternetEntireListingDisplayYN: boolean | null
          InternetAddressDisplayYN: boolean | null
        }
        Relationships: []
      }
      /** RESO Property: what the world may know of each listing. Unclaimed listings follow their source, claimed ones show the last values of the source until they are published. */
      property_reso: {
        Row: {
          record_id: string | null
          tenant_id: string | null
          seq: number | null
          office_key: string | null
          is_published: boolean | null
          ListingKey: string | null
          ListingId: string | null
          StandardStatus: string | null
          PropertyClass: string | null
          DevelopmentStatus: string | null
          NewConstructionYN: boolean | null
          PropertyCondition: string | null
          BuilderName: string | null
          BuilderModel: string | null
          PropertyType: string | null
          PropertySubType: string | null
          ListingService: string | null
          ListingAgreement: string | null
          LeaseConsideredYN: boolean | null
          SaleConsideredYN: boolean | null
          BedroomsTotal: number | null
          BathroomsTotalInteger: number | null
          BathroomsHalf: number | null
          LivingArea: number | null
          LivingAreaUnits: string | null
          LotSizeSquareFeet: number | null
          LotSizeUnits: string | null
          LotSizeAcres: number | null
          ListPrice: number | null
          LeasePrice: number | null
          LeaseAmount: number | null
          LeaseAmountFrequency: string | null
          OriginalEntryTimestamp: string | null
          ListingContractDate: string | null
          ModificationTimestamp: string | null
          UnparsedAddress: string | null
          City: string | null
          StateOrProvince: string | null
          PostalCode: string | null
          Country: string | null
          Latitude: number | null
          Longitude: number | null
          PublicRemarks: string | null
          ListAgentKey: string | null
          CoListAgentKey: string | null
          ListOfficeKey: string | null
          YearBuilt: number | null
          YearBuiltEffective: number | null
          View: string | null
          PoolFeatures: string | null
          Heating: string | null
          Cooling: string | null
          Furnished: string | null
          PetsAllowed: string | null
          FireplaceYN: boolean | null
          ParkingFeatures: string | null
          StoriesTotal: number | null
          Stories: number | null
          Flooring: string | null
          FireplaceFeatures: string | null
          WaterfrontFeatures: string | null
          PatioAndPorchFeatures: string | null
          OtherStructures: string | null
          AssociationAmenities: string | null
          Fencing: string | null
          X_SeaView: string | null
          X_MountainView: string | null
          X_BeachFront: string | null
          X_AbutsGreenArea: string | null
          X_ElevatedArea: string | null
          X_PrivateSwimmingPool: string | null
          X_CommonSwimmingPool: string | null
          X_GardenArea: string | null
          X_RoofGardenArea: string | null
          X_Elevator: string | null
          X_AirCondition: string | null
          X_Alarm: string | null
          X_SmartHome: string | null
          X_SolarWaterHeater: string | null
          X_StorageSpace: string | null
          X_MaidsRoom: string | null
          X_ConciergeReception: string | null
          X_SecureDoor: string | null
          X_Kitchenette: string | null
          X_HomeOffice: string | null
          X_SeparateLaundryRoom: string | null
          X_Reception: string | null
          X_StoreRoom: string | null
          X_ConstructionType: string | null
          X_ConstructionStage: string | null
          X_FloorType: string | null
          X_NewBuild: string | null
          X_Height: number | null
          X_MaxFloor: number | null
          X_UnitNumber: string | null
          X_EnergyEfficiencyGrade: string | null
          X_EnergyConsumptionRating: string | null
          X_EnergyConsumptionValue: string | null
          X_EnergyEmissionRating: string | null
          X_HeatingType: string | null
          X_HeatingMedium: string | null
          X_CoolingType: string | null
          X_Electricity: string | null
          X_ElectricityType: string | null
          X_Water: string | null
          X_DistanceFromBeach: string | null
          X_DistanceFromAirport: string | null
          X_DistanceFromCentre: string | null
          X_DistanceFromSchool: string | null
          X_DistanceFromShops: string | null
          X_DistanceFromHospital: string | null
          X_DistanceFromUniversity: string | null
          X_DistanceFromRailStation: string | null
          X_DistanceFromTubeStation: string | null
          X_LivingRooms: number | null
          X_Kitchens: number | null
          X_KitchenType: string | null
          X_OfficeSpaces: number | null
          X_VerandasCount: number | null
          X_CoveredArea: number | null
          X_UncoveredArea: number | null
          X_TotalArea: number | null
          X_MezzanineArea: number | null
          X_StorageArea: number | null
          X_CoveredVerandas: number | null
          X_UncoveredVerandas: number | null
          X_Frontage: number | null
          X_BuildingDensity: string | null
          X_Coverage: string | null
          X_CoverFactor: string | null
          X_CornerPlot: string | null
          X_RightOfWay: string | null
          X_RegisteredRoad: string | null
          X_TownPlanningZone: string | null
          X_LandLocked: string | null
          X_CadastralReference: string | null
          X_IdealFor: string | null
          X_LicensedFor: string | null
          X_BusinessTransferOrSale: string | null
          X_BusinessTransferPrice: string | null
          X_BusinessActivity: string | null
          X_ConferenceRoom: string | null
          X_ServerRoom: string | null
          X_EnclosedOffice: string | null
          X_OfficeLayout: string | null
          X_PricePerSquare: string | null
          X_PriceQualifier: string | null
          X_PlusVAT: string | null
          X_MinimumTenancy: string | null
          X_TenancyType: string | null
          X_Occupancy: string | null
          X_PreviousListPrice: number | null
          X_PreviousLeasePrice: number | null
          X_ListPriceModified: string | null
          X_LeasePriceModified: string | null
          X_AuctionStartDate: string | null
          X_AuctionEndDate: string | null
          X_ReservePrice: number | null
          X_StartingBid: number | null
          X_ProjectId: string | null
          X_DeveloperContactKey: string | null
          X_LeadSource: string | null
          X_WebsiteListingDate: string | null
          X_KeyHolderDetails: string | null
          X_ListingBrokerName: string | null
          X_Featured: string | null
          X_FeaturedPriority: string | null
          X_PropertyOfTheMonth: string | null
          X_VideoLink: string | null
          X_VirtualTourLink: string | null
          X_WebsiteUrl: string | null
          X_WebsiteStatus: string | null
          X_ExcludedProperty: boolean | null
          X_ShortDescription: string | null
          X_PropertyName: string | null
          X_ApartmentType: string | null
          X_HouseType: string | null
          X_LandType: string | null
          X_OfficeType: string | null
          X_RetailType: string | null
          X_IndustrialType: string | null
          X_HotelType: string | null
          X_BuildingType: string | null
          X_InvestmentType: string | null
          X_CustomerParking: number | null
          X_AdditionalFeatures: string | null
          X_InteriorFeatures: string | null
          X_ExteriorFeatures: string | null
          X_CommunityFeatures: string | null
          X_LotFeatures: string | null
          X_SecurityFeatures: string | null
          X_Appliances: string | null
          X_QobrixId: string | null
          X_QobrixRef: string | null
          X_QobrixSource: string | null
          X_QobrixLegacyId: string | null
          X_SellerContactKey: string | null
          X_CreatedByMemberKey: string | null
          X_ModifiedByMemberKey: string | null
          X_QobrixModified: string | null
          OriginatingSystemOfficeKey: string | null
          X_DataSource: string | null
          etl_timestamp: string | null
          etl_batch_id: string | null
          MlsStatus: string | null
          StatusChangeTimestamp: string | null
          OnMarketDate: string | null
          ArchitecturalStyle: string | null
          OriginalListPrice: number | null
          ListPriceCurrencyCode: string | null
          LeaseTerm: string | null
          AvailabilityDate: string | null
          NetOperatingIncome: number | null
          CapRate: number | null
          GrossIncome: number | null
          OperatingExpense: number | null
          TaxAnnualAmount: number | null
          TaxYear: number | null
          AssociationFee: number | null
          ExpirationDate: string | null
          DaysOnMarket: number | null
          CloseDate: string | null
          ClosePrice: number | null
          BathroomsThreeQuarter: number | null
          BathroomsOneQuarter: number | null
          RoomsTotal: number | null
          NumberOfUnitsTotal: number | null
          LotSizeDimensions: string | null
          FireplacesTotal: number | null
          CoveredSpaces: number | null
          OpenParkingSpaces: number | null
          ParkingTotal: number | null
          Basement: string | null
          Roof: string | null
          Sewer: string | null
          RoomType: string | null
          RoadSurfaceType: string | null
          PrivateRemarks: string | null
          ShowingInstructions: string | null
          ListAgentFirstName: string | null
          ListAgentLastName: string | null
          ListAgentEmail: string | null
          PhotosCount: number | null
          InteriorFeatures: string | null
          ExteriorFeatures: string | null
          CommunityFeatures: string | null
          LotFeatures: string | null
          SecurityFeatures: string | null
          Appliances: string | null
          UnitNumber: string | null
          PreviousListPrice: number | null
          VirtualTourURLUnbranded: string | null
          ListingURL: string | null
          PriceChangeTimestamp: string | null
          PhotosChangeTimestamp: string | null
          MajorChangeTimestamp: string | null
          MajorChangeType: string | null
          OriginatingSystemName: string | null
          OriginatingSystemID: string | null
          SourceSystemName: string | null
          ListAgentFullName: string | null
          ListOfficeName: string | null
          InternetEntireListingDisplayYN: boolean | null
          InternetAddressDisplayYN: boolean | null
        }
        Relationships: []
      }
      /** RESO PropertyRooms: what the world may know of each record. */
      property_rooms_reso: {
        Row: {
          record_id: string | null
          tenant_id: string | null
          seq: number | null
          office_key: string | null
          is_published: boolean | null
          RoomKey: string | null
          ListingKey: string | null
          ListingId: string | null
          RoomType: string | null
          RoomLevel: string | null
          RoomDescription: string | null
          RoomFeatures: string | null
          RoomArea: number | null
          RoomAreaUnits: string | null
          RoomAreaSource: string | null
          RoomDimensions: string | null
          RoomLength: number | null
          RoomWidth: number | null
          RoomLengthWidthUnits: string | null
          RoomLengthWidthSource: string | null
          BedroomClosetType: string | null
          ModificationTimestamp: string | null
          OriginatingSystemOfficeKey: string | null
          etl_timestamp: string | null
          etl_batch_id: string | null
        }
        Relationships: []
      }
      /** RESO PropertyUnitTypes: what the world may know of each record. */
      property_unit_types_reso: {
        Row: {
          record_id: string | null
          tenant_id: string | null
          seq: number | null
          office_key: string | null
          is_published: boolean | null
          UnitTypeKey: string | null
          ListingKey: string | null
          ListingId: string | null
          UnitTypeType: string | null
          UnitTypeDescription: string | null
          UnitTypeUnitsTotal: number | null
          UnitTypeBedsTotal: number | null
          UnitTypeBathsTotal: number | null
          UnitTypeFurnished: string | null
          UnitTypeGarageSpaces: number | null
          UnitTypeGarageAttachedYN: boolean | null
          UnitTypeActualRent: number | null
          UnitTypeTotalRent: number | null
          UnitTypeProForma: number | null
          ModificationTimestamp: string | null
          OriginatingSystemOfficeKey: string | null
          etl_timestamp: string | null
          etl_batch_id: string | null
        }
        Relationships: []
      }
      /** RESO ShowingAppointment: what the world may know of each record. */
      showing_appointment_reso: {
        Row: {
          record_id: string | null
          tenant_id: string | null
          seq: number | null
          office_key: string | null
          is_published: boolean | null
          ShowingAppointmentKey: string | null
          ListingKey: string | null
          ShowingAgentKey: string | null
          BuyerContactKey: string | null
          ShowingDate: string | null
          ShowingStartTime: string | null
          ShowingEndTime: string | null
          ShowingStatus: string | null
          ShowingType: string | null
          ShowingRemarks: string | null
          ShowingFeedback: string | null
          ShowingOutcome: string | null
          X_QobrixViewingId: string | null
          X_QobrixViewingRef: string | null
          X_QobrixPropertyId: string | null
          X_QobrixContactId: string | null
          X_QobrixOwnerId: string | null
          X_QobrixDateTime: string | null
          X_QobrixDuration: string | null
          X_QobrixLocation: string | null
          X_QobrixCreated: string | null
          X_QobrixModified: string | null
          X_QobrixCreatedBy: string | null
          X_QobrixModifiedBy: string | null
          OriginatingSystemOfficeKey: string | null
          etl_timestamp: string | null
          etl_batch_id: string | null
          ModificationTimestamp: string | null
        }
        Relationships: []
      }
      /** When each source was last heard of, per office and resource. */
      source_freshness: {
        Row: {
          tenant_id: string | null
          office_key: string | null
          origin_system: string | null
          resource: string | null
          last_received_at: string | null
          last_run_at: string | null
          last_run_status: string | null
          newest_source_time: string | null
        }
        Relationships: []
      }
      /** RESO TeamMembers: what the world may know of each record. */
      team_members_reso: {
        Row: {
          record_id: string | null
          tenant_id: string | null
          seq: number | null
          office_key: string | null
          is_published: boolean | null
          TeamMemberKey: string | null
          TeamKey: string | null
          MemberKey: string | null
          MemberMlsId: string | null
          TeamMemberType: string | null
          TeamMemberStateLicense: string | null
          TeamMemberNationalAssociationId: string | null
          OriginalEntryTimestamp: string | null
          ModificationTimestamp: string | null
          OriginatingSystemID: string | null
          OriginatingSystemKey: string | null
          OriginatingSystemName: string | null
          SourceSystemID: string | null
          SourceSystemKey: string | null
          SourceSystemName: string | null
          OriginatingSystemOfficeKey: string | null
          etl_timestamp: string | null
          etl_batch_id: string | null
        }
        Relationships: []
      }
      /** RESO Teams: what the world may know of each record. */
      teams_reso: {
        Row: {
          record_id: string | null
          tenant_id: string | null
          seq: number | null
          office_key: string | null
          is_published: boolean | null
          TeamKey: string | null
          TeamName: string | null
          TeamStatus: string | null
          TeamDescription: string | null
          TeamLeadKey: string | null
          TeamLeadMlsId: string | null
          TeamLeadStateLicense: string | null
          TeamLeadStateLicenseState: string | null
          TeamLeadNationalAssociationId: string | null
          TeamEmail: string | null
          TeamPreferredPhone: string | null
          TeamPreferredPhoneExt: string | null
          TeamOfficePhone: string | null
          TeamOfficePhoneExt: string | null
          TeamDirectPhone: string | null
          TeamMobilePhone: string | null
          TeamTollFreePhone: string | null
          TeamFax: string | null
          TeamAddress1: string | null
          TeamAddress2: string | null
          TeamCity: string | null
          TeamCountyOrParish: string | null
          TeamStateOrProvince: string | null
          TeamPostalCode: string | null
          TeamPostalCodePlus4: string | null
          TeamCountry: string | null
          OriginalEntryTimestamp: string | null
          ModificationTimestamp: string | null
          OriginatingSystemID: string | null
          OriginatingSystemKey: string | null
          OriginatingSystemName: string | null
          SourceSystemID: string | null
          SourceSystemKey: string | null
          SourceSystemName: string | null
          OriginatingSystemOfficeKey: string | null
          etl_timestamp: string | null
          etl_batch_id: string | null
        }
        Relationships: []
      }
    }
    Functions: {
      /** Moves a listing to its next stage, or to to_status where several follow. 409 guard_failed names the guard. */
      advance_listing: {
        Args: { listing_id: string; to_status?: Database['public']['Enums']['mls_listing_status']; reason?: string }
        Returns: Database['public']['Tables']['mls_listings']['Row']
      }
      /** Says who is to look at an unclaimed listing, nobody with null; it claims nothing. Scope team and above; others take or give back their own. Refusals (409): already_claimed, guard_failed (min_scope). */
      assign_listing: {
        Args: { listing_id: string; user_id: string }
        Returns: Database['public']['Tables']['mls_listings']['Row']
      }
      /** publish, withdraw or advance many listings, named or by filter {status, office_key, origin_system, city, unclaimed}; at most 500, one result row each: outcome publish | would_publish | refused with the reason in details. dry_run changes nothing. Scope team or more. */
      bulk_review: {
        Args: { action: string; listing_ids?: string[]; filter?: Json; reason?: string; dry_run?: boolean }
        Returns: { listing_id: string; ref: string; outcome: string; status: Database['public']['Enums']['mls_listing_status']; details: Json }[]
      }
      /** Changes the asking price (SALE) or the rent (LEASE) of a claimed listing. 409: not_claimed; guard_failed with guard approved:PRICE_CHANGE when the change is too large to go without. */
      change_price: {
        Args: { listing_id: string; new_price: number; price_kind?: string; reason?: string }
        Returns: Database['public']['Tables']['mls_listings']['Row']
      }
      /** Makes the listing yours (or a team member's, with for_user), lays out its checklist and answers the row. Refusals (409): already_claimed with the holder in details, to the holder too; guard_failed when the source no longer holds it. */
      claim_listing: {
        Args: { listing_id: string; for_user?: string }
        Returns: Database['public']['Tables']['mls_listings']['Row']
      }
      /** Marks a step of a listing done, or open again. 409 guard_failed with guard depends_on when another step comes first. */
      complete_checklist_item: {
        Args: { item_id: string; completed?: boolean; notes?: string }
        Returns: Database['public']['Tables']['mls_listing_checklist_items']['Row']
      }
      /** Makes a listing that no source knows: columns of mls_listings as JSON, ref generated (CY-M000001), yours, in DRAFT. Answers the row. */
      create_listing: {
        Args: { listing?: Json }
        Returns: Database['public']['Tables']['mls_listings']['Row']
      }
      /** Per day (UTC), source and office: listings ingested, claimed, enriched (ready for the review of marketing), published, sold; from the status history of the listings the user sees. */
      dashboard_daily: {
        Args: { since: string; until?: string }
        Returns: { day: string; origin_system: string; office_key: string; ingested: number; claimed: number; enriched: number; published: number; sold: number }[]
      }
      /** How long listings that left a stage in this time had been in it: hours on average and in the middle. */
      dashboard_stages: {
        Args: { since: string; until?: string }
        Returns: { status: Database['public']['Enums']['mls_listing_status']; left_stage: number; average_hours: number; median_hours: number }[]
      }
      /** Decides APPROVED or REJECTED. 409: already_decided; guard_failed with guard min_scope or not_own. */
      decide_approval: {
        Args: { approval_id: string; decision: string; comment?: string }
        Returns: Database['public']['Tables']['mls_listing_approvals']['Row']
      }
      /** Confirms or rejects that two listings are one home: decision CONFIRMED or REJECTED. It stays so, whatever is found later; a later decision replaces it. */
      decide_duplicate: {
        Args: { pair_id: string; decision: string }
        Returns: Database['public']['Tables']['mls_listing_duplicates']['Row']
      }
      /** Sets fields of a claimed listing that are kept in extensions, by RESO name: {"X_LivingRooms": 2}; null removes one. 409 not_claimed. */
      edit_extra_fields: {
        Args: { listing_id: string; fields: Json }
        Returns: Database['public']['Tables']['mls_listings']['Row']
      }
      /** Removes a person for good, by ContactKey or id: the contact and its roles, quarantine, receipts, references, the values in the audit, and what is served. A hash of the key keeps later deliveries from bringing the person back. Administrators with d, or the service role. */
      erase_contact: {
        Args: { contact_key: string; reason?: string }
        Returns: Json
      }
      /** Whether a listing is shown on a portal and every reason why not, or why not as it is now (mls.publish_reason, mls.delivery_gaps). Null when the listing or the portal is not visible. */
      explain_syndication: {
        Args: { listing_id: string; portal_code: string }
        Returns: Json
      }
      /** Gives somebody with an account access to the administrator's market, or replaces what they have there; answers the row. 404 not_found when nobody has this e-mail; 403 for oneself, for more than one's own rights, for a scope above one's own and for system_admin. */
      grant_access: {
        Args: { email: string; scope?: string; crud?: string; team_ids?: string[]; role_name?: string }
        Returns: Database['public']['Tables']['mls_user_access']['Row']
      }
      /** Makes the source the master of a listing again: its next word is applied. Administrators only. */
      hand_back: {
        Args: { listing_id: string; reason?: string }
        Returns: Json
      }
      /** hand_back() for every ingested listing of a market. Administrators only. */
      hand_back_market: {
        Args: { office_key: string; reason?: string }
        Returns: Json
      }
      /** Everything that happened to a listing that the caller sees, the newest first: at, kind (status, price, media, claimed, source, edit, delivery), actor (user:<uuid>, source, hub) and details. Empty for a listing out of sight. */
      listing_timeline: {
        Args: { listing_id: string }
        Returns: { at: string; kind: string; actor: string; details: Json }[]
      }
      /** What the database makes of the caller's token: user, tenant, scope, rights, teams, and in problems what is wrong with it. For support: a token without claims sees empty lists, not errors. Whoever has no token, or one without the claim role, may ask too. */
      my_access: {
        Args: Record<PropertyKey, never>
        Returns: Json
      }
      /** The markets that the user has access to: what they may do there, which one the next token will name (is_default) and which this one names (is_current). */
      my_markets: {
        Args: Record<PropertyKey, never>
        Returns: { tenant_id: string; code: string; name: string; scope: string; crud: string; is_default: boolean; is_current: boolean }[]
      }
      /** Sends nothing more to the portal, except a withdrawal, until resumed. */
      pause_syndication: {
        Args: { listing_id: string; portal_code: string }
        Returns: Database['public']['Tables']['mls_listing_syndications']['Row']
      }
      /** For administrators: who has access to their market, by e-mail. To others it is empty. Rows are changed and deleted as mls_user_access, by id. */
      people_with_access: {
        Args: Record<PropertyKey, never>
        Returns: { id: string; user_id: string; tenant_id: string; email: string; last_sign_in_at: string; scope: string; crud: string; team_ids: string[]; role_name: string; created_at: string; updated_at: string }[]
      }
      /** Publishes a listing, through all stages that are left, if every guard on the way holds. 409 guard_failed names the first that does not; then nothing has changed. */
      publish: {
        Args: { listing_id: string; reason?: string }
        Returns: Database['public']['Tables']['mls_listings']['Row']
      }
      /** Gives a claimed listing back: it follows its source again, edits of source fields are undone, enrichment stays. Refusals (409): not_claimed, guard_failed (externally_managed). */
      release_listing: {
        Args: { listing_id: string; reason?: string }
        Returns: Database['public']['Tables']['mls_listings']['Row']
      }
      /** Takes a listing off a portal. */
      remove_syndication: {
        Args: { listing_id: string; portal_code: string }
        Returns: Database['public']['Tables']['mls_listing_syndications']['Row']
      }
      /** Puts the media of a claimed listing in this order, the rest behind; answers all of them. 409 not_claimed. */
      reorder_media: {
        Args: { listing_id: string; media_ids: string[] }
        Returns: Database['public']['Tables']['mls_listing_media']['Row'][]
      }
      /** Asks for DUE_DILIGENCE, MARKETING, MANAGEMENT or, with payload {price_kind, new_price}, PRICE_CHANGE. 409 already_requested with the waiting approval_id. */
      request_approval: {
        Args: { listing_id: string; approval_type: string; comment?: string; payload?: Json; assignee_id?: string }
        Returns: Database['public']['Tables']['mls_listing_approvals']['Row']
      }
      /** Decides fields of mls_listing_drift of a claimed listing: accept_source or keep_ours. 409: not_claimed, no_drift, guard_failed (transition) for StandardStatus. */
      resolve_drift: {
        Args: { listing_id: string; fields: string[]; resolution: string }
        Returns: Database['public']['Tables']['mls_listings']['Row']
      }
      /** Ends a pause: what changed meanwhile is delivered. */
      resume_syndication: {
        Args: { listing_id: string; portal_code: string }
        Returns: Database['public']['Tables']['mls_listing_syndications']['Row']
      }
      /** Tries a failed or waiting delivery again now. */
      retry_syndication: {
        Args: { listing_id: string; portal_code: string }
        Returns: Database['public']['Tables']['mls_listing_syndications']['Row']
      }
      /** Sends a listing back to the previous stage for rework. 409 guard_failed names the guard. */
      return_listing: {
        Args: { listing_id: string; reason: string; to_status?: Database['public']['Enums']['mls_listing_status'] }
        Returns: Database['public']['Tables']['mls_listings']['Row']
      }
      /** Approves or rejects a document. 409 guard_failed with guard min_scope or not_own. */
      review_document: {
        Args: { document_id: string; decision: string; reason?: string }
        Returns: Database['public']['Tables']['mls_listing_documents']['Row']
      }
      /** Keeps a search: search is the body of POST /search/listings (bbox, polygon, near, radius, filter, q, sources); cadence instantly, daily or weekly. Listings that come to match stand in mls_saved_search_matches. by_mail: they are told by mail, in language (en, ru, hu, el, kk) and by the clock of time_zone (Asia/Nicosia). 409 too_many_searches above 100, no_confirmed_address. */
      save_search: {
        Args: { name: string; search: Json; cadence?: string; by_mail?: boolean; language?: string; time_zone?: string }
        Returns: Database['public']['Tables']['mls_saved_searches']['Row']
      }
      /** Names the co-broker of a claimed listing, or removes it with null. 409 not_claimed. */
      set_co_broker: {
        Args: { listing_id: string; co_broker_id: string }
        Returns: Database['public']['Tables']['mls_listings']['Row']
      }
      /** Sets the coordinates of a claimed listing. 409 not_claimed. */
      set_location: {
        Args: { listing_id: string; latitude: number; longitude: number }
        Returns: Database['public']['Tables']['mls_listings']['Row']
      }
      /** Chooses one of the user's markets, by code or id, and answers the access there. The token names it from its next refresh on: call supabase.auth.refreshSession(). 404 not_found for a market without access. */
      switch_market: {
        Args: { market: string }
        Returns: Database['public']['Tables']['mls_user_access']['Row']
      }
      /** Shows a listing on a portal; answers its syndication. An application of kind SOCIAL is told of the listing each time this is called. */
      syndicate_listing: {
        Args: { listing_id: string; portal_code: string }
        Returns: Database['public']['Tables']['mls_listing_syndications']['Row']
      }
      /** Makes the hub the master of a listing: ingest skips it from now on. Administrators only. Answers {listings, changed}. */
      take_over: {
        Args: { listing_id: string; reason?: string }
        Returns: Json
      }
      /** take_over() for every ingested listing of a market. Administrators only. */
      take_over_market: {
        Args: { office_key: string; reason?: string }
        Returns: Json
      }
      /** Takes a listing off the market. 409 guard_failed names the guard, reason among them. */
      withdraw: {
        Args: { listing_id: string; reason: string }
        Returns: Database['public']['Tables']['mls_listings']['Row']
      }
    }
    Enums: {
      mls_listing_status: 'INGESTED' | 'DRAFT' | 'PENDING_DUE_DILIGENCE' | 'AGREEMENT_PENDING' | 'PHOTOS_PENDING' | 'MARKETING_REVIEW' | 'PUBLISHED' | 'UNDER_OFFER' | 'SOLD' | 'WITHDRAWN'
    }
    CompositeTypes: {
      [_ in never]: never
    }
  }
}
