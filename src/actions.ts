import { EOL } from 'node:os';
import type { AnnotationProperties } from '@actions/core';
import { issueCommand } from '../node_modules/@actions/core/lib/command.js';
import { issueFileCommand, prepareKeyValueMessage } from '../node_modules/@actions/core/lib/file-command.js';
import { summary } from '../node_modules/@actions/core/lib/summary.js';
import { toCommandProperties } from '../node_modules/@actions/core/lib/utils.js';

/**
 * What this action uses of `@actions/core`: the same functions, made of the same parts. The package has one way in, and
 * behind it an HTTP client and a process runner, which would take every run longer to load than its own work takes.
 */
export { summary };

/** The value of an input, trimmed unless told otherwise; empty when it is not set. */
export function getInput(name: string, { trimWhitespace = true } = {}): string {
  const value = process.env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] ?? '';
  return trimWhitespace ? value.trim() : value;
}

/** Has the runner mask a value in the log. */
export function setSecret(secret: string): void {
  issueCommand('add-mask', {}, secret);
}

/** Sets an output of the step. */
export function setOutput(name: string, value: string): void {
  if (process.env['GITHUB_OUTPUT']) {
    issueFileCommand('OUTPUT', prepareKeyValueMessage(name, value));
    return;
  }
  process.stdout.write(EOL);
  issueCommand('set-output', { name }, value);
}

/** Whether the run is in debug mode. */
export function isDebug(): boolean {
  return process.env['RUNNER_DEBUG'] === '1';
}

/** Writes a line to the log. */
export function info(line: string): void {
  process.stdout.write(line + EOL);
}

/** Writes a line that the log shows in debug mode. */
export function debug(line: string): void {
  issueCommand('debug', {}, line);
}

/** Adds a notice to the run. */
export function notice(message: string, properties: AnnotationProperties = {}): void {
  issueCommand('notice', toCommandProperties(properties), message);
}

/** Adds a warning to the run. */
export function warning(message: string, properties: AnnotationProperties = {}): void {
  issueCommand('warning', toCommandProperties(properties), message);
}

/** Adds an error to the run. */
export function error(message: string, properties: AnnotationProperties = {}): void {
  issueCommand('error', toCommandProperties(properties), message);
}

/** Folds the lines that follow under a title, until `endGroup`. */
export function startGroup(title: string): void {
  issueCommand('group', {}, title);
}

/** Ends what `startGroup` began. */
export function endGroup(): void {
  issueCommand('endgroup', {}, '');
}
