import type { Service } from '../../aiven/schema.ts';
import { Refusal, UnknownResource } from '../../failure.ts';
import type { Offered } from '../../kafka/lockout.ts';
import { readValues, type Values } from '../../kafka/settings.ts';
import type { Context } from '../mode.ts';
import { closestNames } from '../names.ts';
import type { KafkaOidcRequest } from '../request.ts';

/** Reads the service; when it, or its project, is unknown, the names that the token can see are a way out. */
export async function readService(
  { project, service }: KafkaOidcRequest,
  { aiven }: Context,
): Promise<Service> {
  try {
    return await aiven.getService(project, service);
  } catch (error) {
    if (!(error instanceof UnknownResource)) throw error;
    const services = await aiven.listServiceNames(project).catch(() => null);
    const near =
      services === null
        ? await nearProjects(project, aiven)
        : { input: 'service-name', names: closestNames(service, services) };
    if (near.names.length === 0) throw error;
    const { title, problem } = error;
    const remedy = `Did you mean ${near.names.join(', ')}? Check the input ${near.input}.`;
    throw new UnknownResource({ title, problem, remedy });
  }
}

async function nearProjects(project: string, aiven: Context['aiven']) {
  const projects = await aiven.listProjects().catch(() => []);
  const names = projects.map(({ project_name }) => project_name);
  return { input: 'project', names: names.includes(project) ? [] : closestNames(project, names) };
}

/** @throws {Refusal} for a service that is not of Kafka */
export function refuseOtherServices({ service_name, service_type }: Service): void {
  if (service_type === 'kafka') return;
  throw new Refusal({
    title: 'Not a Kafka service',
    problem: `Service ${service_name} is of type ${service_type}, not kafka.`,
    remedy: 'Set service-name to an Aiven for Apache Kafka service.',
  });
}

const SASL = 'kafka_authentication_methods.sasl';

/**
 * The settings as the service really has them: SASL that nobody set is on where there is a SASL listener, as on services
 * of today, whatever the schema's default says.
 */
export function valuesOf({ user_config, components }: Service): Values {
  const values = readValues(user_config);
  const hasListener = components.some(
    (each) => each.component === 'kafka' && each.kafka_authentication_method === 'sasl',
  );
  return values[SASL] === null && hasListener ? { ...values, [SASL]: true } : values;
}

/** What runs beside the brokers. A service that is powered off, or is just starting, lists less than it is set to have. */
export function offeredBy({ components, user_config }: Service): Offered {
  const runs = (name: string) =>
    user_config[name] === true || components.some(({ component }) => component === name);
  return { schemaRegistry: runs('schema_registry'), restProxy: runs('kafka_rest') };
}
