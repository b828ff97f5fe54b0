import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeUnreleased, nextVersion } from '../../scripts/release.ts';

test('a version goes up in one part, and the parts after it begin again', () => {
  assert.equal(nextVersion('1.4.9', 'patch'), '1.4.10');
  assert.equal(nextVersion('1.4.9', 'minor'), '1.5.0');
  assert.equal(nextVersion('1.4.9', 'major'), '2.0.0');
});

test('what is no version, and what is no part of one, is refused', () => {
  assert.throws(() => nextVersion('1.4', 'patch'), /1\.4 is not of the form X\.Y\.Z/);
  assert.throws(() => nextVersion('1.4.9-rc.1', 'patch'), /not of the form/);
  assert.throws(() => nextVersion('1.4.9', 'Patch'), /“Patch” is not one of patch, minor, major/);
});

const CHANGELOG = `# Changelog

## [Unreleased]

### Fixed

- A thing.

## [1.0.0] - 2026-01-02

### Added

- The first thing.
`;

test('the section of what is not released becomes that of the version, and an empty one takes its place', () => {
  const { changelog, notes } = closeUnreleased(CHANGELOG, '1.0.1', '2026-03-04');
  assert.equal(notes, '### Fixed\n\n- A thing.\n');
  assert.equal(
    changelog,
    CHANGELOG.replace('## [Unreleased]\n', '## [Unreleased]\n\n## [1.0.1] - 2026-03-04\n'),
  );
});

test('the first release has no section after it', () => {
  const first = CHANGELOG.slice(0, CHANGELOG.indexOf('## [1.0.0]'));
  assert.equal(closeUnreleased(first, '1.0.0', '2026-01-02').notes, '### Fixed\n\n- A thing.\n');
});

test('nothing to release is an error', () => {
  const { changelog } = closeUnreleased(CHANGELOG, '1.0.1', '2026-03-04');
  assert.throws(() => closeUnreleased(changelog, '1.0.2', '2026-03-05'), /says nothing under/);
  assert.throws(() => closeUnreleased('# Changelog\n', '1.0.2', '2026-03-05'), /has no section/);
});
