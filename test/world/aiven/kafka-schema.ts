/** What a value of `user_config` may be. */
export type Spec =
  | { readonly type: 'boolean' }
  | { readonly type: 'integer'; readonly min: number; readonly max: number }
  | { readonly type: 'integer'; readonly choices: readonly number[] }
  | { readonly type: 'string'; readonly max: number; readonly pattern?: RegExp; readonly secret?: true }
  | { readonly type: 'string'; readonly choices: readonly string[] }
  | { readonly type: 'array'; readonly items: Spec; readonly max: number }
  | { readonly type: 'object'; readonly properties: Readonly<Record<string, Spec>> };

const flag: Spec = { type: 'boolean' };
const whole = (min: number, max: number): Spec => ({ type: 'integer', min, max });
const oneOf = (...choices: number[]): Spec => ({ type: 'integer', choices });
const text = (max: number, pattern?: RegExp): Spec => ({ type: 'string', max, ...(pattern && { pattern }) });
const secret = (max: number): Spec => ({ type: 'string', max, secret: true });
const choice = (...choices: string[]): Spec => ({ type: 'string', choices });
const list = (items: Spec, max: number): Spec => ({ type: 'array', items, max });
const object = (properties: Record<string, Spec>): Spec => ({ type: 'object', properties });

const INT32 = 2_147_483_647;
const ONE_LINE = /^[^\r\n]*$/;
const ONE_LINE_NOT_BLANK = /^[^\r\n]*\S[^\r\n]*$/;
/** A JSON object of the four methods, each with a list. */
const METHOD_ROLES =
  /^\s*(?=.*"GET":\s*\[[^\]]*\])(?=.*"POST":\s*\[[^\]]*\])(?=.*"PUT":\s*\[[^\]]*\])(?=.*"DELETE":\s*\[[^\]]*\])\{\s*(?:"(?:GET|POST|PUT|DELETE)":\s*\[[^\]]*\]\s*,?\s*){4}\}\s*$/;
const perComponent = object({
  kafka: flag,
  kafka_connect: flag,
  kafka_rest: flag,
  prometheus: flag,
  schema_registry: flag,
});

/**
 * The `user_config` of Aiven for Apache Kafka: every setting that the action manages and a good many that it must
 * leave alone. Names, types and limits are those of `service_types.kafka` in Aiven's published API schemas.
 */
export const KAFKA_SCHEMA: Readonly<Record<string, Spec>> = {
  aiven_kafka_topic_messages: flag,
  backup_interval_hours: oneOf(3, 4, 6, 8, 12, 24),
  custom_domain: text(255),
  enable_ipv6: flag,
  follower_fetching: object({ enabled: flag }),
  ip_filter: list(text(43), 8000),
  kafka: object({
    auto_create_topics_enable: flag,
    compression_type: choice('gzip', 'lz4', 'producer', 'snappy', 'uncompressed', 'zstd'),
    connections_max_idle_ms: whole(1000, 3_600_000),
    default_replication_factor: whole(1, 10),
    group_max_session_timeout_ms: whole(0, 1_800_000),
    log_retention_bytes: whole(-1, Number.MAX_SAFE_INTEGER),
    log_retention_hours: whole(-1, INT32),
    max_connections_per_ip: whole(256, INT32),
    message_max_bytes: whole(0, 100_001_200),
    min_insync_replicas: whole(1, 7),
    num_partitions: whole(1, 1000),
    offsets_retention_minutes: whole(1, INT32),
    sasl_oauthbearer_expected_audience: text(128, ONE_LINE),
    sasl_oauthbearer_expected_issuer: text(128, ONE_LINE),
    sasl_oauthbearer_jwks_endpoint_url: text(2048),
    sasl_oauthbearer_sub_claim_name: text(128, ONE_LINE_NOT_BLANK),
    transaction_partition_verification_enable: flag,
  }),
  kafka_authentication_methods: object({ certificate: flag, sasl: flag }),
  kafka_connect: flag,
  kafka_connect_config: object({ session_timeout_ms: whole(1, INT32), producer_linger_ms: whole(0, 5000) }),
  kafka_connect_secret_providers: list(
    object({
      name: text(128, /^[A-Za-z0-9_-]+$/),
      aws: object({
        auth_method: choice('credentials'),
        region: text(64),
        access_key: text(128),
        secret_key: secret(128),
      }),
    }),
    32,
  ),
  kafka_rest: flag,
  kafka_rest_authorization: flag,
  kafka_rest_config: object({
    producer_acks: choice('-1', '0', '1', 'all'),
    producer_linger_ms: whole(0, 5000),
  }),
  kafka_sasl_mechanisms: object({ plain: flag, scram_sha_256: flag, scram_sha_512: flag }),
  kafka_version: choice(
    ...['3.1', '3.2', '3.3', '3.4', '3.5', '3.6', '3.7', '3.8', '3.9', '4.0', '4.1', '4.2', '4.3'],
  ),
  karapace_version: choice('6.2.1', '6.2.2', '6.2.3', '6.2.4'),
  letsencrypt_sasl: flag,
  letsencrypt_sasl_privatelink: flag,
  private_access: perComponent,
  privatelink_access: perComponent,
  public_access: perComponent,
  sasl_oauthbearer_allowed_urls: list(text(2048), 32),
  schema_registry: flag,
  schema_registry_config: object({
    leader_eligibility: flag,
    sasl_oauthbearer_authentication_enabled: flag,
    sasl_oauthbearer_authorization_enabled: flag,
    sasl_oauthbearer_method_roles: text(4096, METHOD_ROLES),
    sasl_oauthbearer_roles_claim_path: text(128, ONE_LINE_NOT_BLANK),
    schema_reader_strict_mode: flag,
    topic_name: text(249, /^(?!\.$|\.\.$)[-_.A-Za-z0-9]+$/),
  }),
  service_log: flag,
  static_ips: flag,
  tiered_storage: object({ enabled: flag }),
};

/** The same as the JSON Schema that the API publishes per service type, and that `avn service update -c` reads. */
export function kafkaJsonSchema(): unknown {
  return jsonSchema({ type: 'object', properties: KAFKA_SCHEMA }, 'Kafka user config');
}

function jsonSchema(spec: Spec, title: string): Record<string, unknown> {
  switch (spec.type) {
    case 'object': {
      const entries = Object.entries(spec.properties).map(([name, inner]) => [name, jsonSchema(inner, name)]);
      return { title, type: 'object', additionalProperties: false, properties: Object.fromEntries(entries) };
    }
    case 'array':
      return { title, type: ['array', 'null'], maxItems: spec.max, items: jsonSchema(spec.items, title) };
    case 'integer':
      if ('choices' in spec) return { title, type: ['integer', 'null'], enum: [...spec.choices, null] };
      return { title, type: ['integer', 'null'], minimum: spec.min, maximum: spec.max };
    case 'boolean':
      return { title, type: ['boolean', 'null'] };
    case 'string':
      return 'choices' in spec
        ? { title, type: ['string', 'null'], enum: [...spec.choices, null] }
        : { title, type: ['string', 'null'], maxLength: spec.max, pattern: spec.pattern?.source };
  }
}
