import type { Service } from '../../aiven/schema.ts';
import type { SettingChange } from '../../kafka/settings.ts';
import type { ServiceStory } from './report.ts';
import type { Brokers, JudgedToken } from './token.ts';

/** What the plan hands to `apply`: the service as it was, what is to differ, and what to tell of it. */
export interface Steps {
  readonly before: Service;
  readonly changes: readonly SettingChange[];
  readonly story: ServiceStory;
  /** The test tokens and their judges; none where no token is accepted. */
  readonly tokens: readonly JudgedToken[];
  /** What the brokers will be like. */
  readonly brokers: Brokers;
}
