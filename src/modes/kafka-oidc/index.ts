import type { Mode } from '../mode.ts';
import type { KafkaOidcRequest } from '../request.ts';
import { apply } from './apply.ts';
import { plan } from './plan.ts';
import type { Steps } from './steps.ts';

/** The service accepts the provider's tokens. */
export const kafkaOidc: Mode<KafkaOidcRequest, Steps> = { plan, apply };
