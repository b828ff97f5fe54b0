import { SETTINGS, type SettingInput } from '../kafka/settings.ts';
import type { ModeName } from '../modes/request.ts';

/** One input, as `action.yml` declares it. */
export interface Input {
  /** The modes that use it. In every other mode, anything but its default is an error. */
  readonly modes: 'all' | readonly ModeName[];
  /** What it is when a workflow does not set it. */
  readonly default: string;
  /** Masked in the log, and never quoted. */
  readonly secret?: true;
}

const KAFKA_OIDC = { modes: ['kafka-oidc'], default: '' } as const satisfies Input;

/** Every input that a setting has, in the order of the settings. */
export const SETTING_INPUTS = SETTINGS.flatMap(({ input }) => input ?? []);

function settingRows(): Record<SettingInput, typeof KAFKA_OIDC> {
  const rows: Partial<Record<SettingInput, typeof KAFKA_OIDC>> = {};
  for (const input of SETTING_INPUTS) rows[input] = KAFKA_OIDC;
  return rows as Record<SettingInput, typeof KAFKA_OIDC>;
}

/**
 * Every input. A new one has a row here and in `action.yml` (a test holds the two together), and is read in the file of
 * its mode; a new setting of a service gets its row from `kafka/settings.ts`.
 */
export const INPUTS = {
  mode: { modes: 'all', default: '' },
  'aiven-token': { modes: 'all', default: '', secret: true },
  'api-url': { modes: 'all', default: 'https://api.aiven.io' },
  'dry-run': { modes: 'all', default: 'false' },
  'expect-no-changes': { modes: 'all', default: 'false' },
  'organization-name': { modes: ['org-create', 'project-assign'], default: '' },
  'parent-id': { modes: ['org-create', 'project-assign'], default: '' },
  project: { modes: ['project-assign', 'kafka-oidc'], default: '' },
  'allow-move': { modes: ['project-assign'], default: 'false' },
  'billing-group-id': { modes: ['project-assign'], default: '' },
  'service-name': KAFKA_OIDC,
  ...settingRows(),
  'sasl-mechanisms': KAFKA_OIDC,
  unset: KAFKA_OIDC,
  'allow-lockout': { ...KAFKA_OIDC, default: 'false' },
  'verify-provider': { ...KAFKA_OIDC, default: 'true' },
  'test-token': { ...KAFKA_OIDC, secret: true },
  'test-client-id': KAFKA_OIDC,
  'test-client-secret': { ...KAFKA_OIDC, secret: true },
  'test-token-parameters': KAFKA_OIDC,
  'verify-login': { ...KAFKA_OIDC, default: 'false' },
  'rollback-on-failure': { ...KAFKA_OIDC, default: 'false' },
  'listener-route': { ...KAFKA_OIDC, default: 'dynamic' },
  wait: { ...KAFKA_OIDC, default: 'true' },
  'wait-timeout-minutes': { ...KAFKA_OIDC, default: '15' },
  comment: { modes: 'all', default: 'false' },
  'github-token': { modes: 'all', default: '', secret: true },
} as const satisfies Record<string, Input>;

/** The inputs by name, as in `action.yml`. */
export type InputName = keyof typeof INPUTS;

/** The inputs by name, as rows. */
export const INPUT_ROWS = Object.entries(INPUTS) as [InputName, Input][];
