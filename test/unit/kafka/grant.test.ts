import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type GrantFacts, whyNoGrant } from '../../../src/kafka/clients/grant.ts';

const NOTHING: GrantFacts = { issuer: null, grantTypes: null, parameters: null };

describe('whether clients can get tokens by themselves', () => {
  const rows: [name: string, facts: Partial<GrantFacts>, why: RegExp | null][] = [
    ['nothing is known', {}, null],
    ['GitHub', { issuer: 'https://token.actions.githubusercontent.com' }, /GitHub issues ID tokens/],
    ['an enterprise on GitHub', { issuer: 'https://token.actions.githubusercontent.com/acme' }, /GitHub/],
    ['GitLab', { issuer: 'https://gitlab.com' }, /GitLab issues JWTs only to CI jobs/],
    ['Google', { issuer: 'https://accounts.google.com' }, /Google/],
    ['AWS', { issuer: 'https://5f3a.tokens.sts.global.api.aws' }, /AWS/],
    ['a name that only begins like it', { issuer: 'https://accounts.google.com.example.com' }, null],
    ['Auth0', { issuer: 'https://acme.eu.auth0.com/' }, /audience/],
    [
      'Auth0, proven by a token without audience',
      { issuer: 'https://acme.auth0.com/', parameters: [] },
      null,
    ],
    [
      'Auth0 with an audience',
      { issuer: 'https://acme.auth0.com/', parameters: ['audience'] },
      /requested with audience/,
    ],
    ['a scope alone', { parameters: ['scope'] }, null],
    ['a resource', { parameters: ['scope', 'resource'] }, /requested with resource/],
    [
      'a document without the grant',
      { grantTypes: ['authorization_code'] },
      /lists no client credentials grant/,
    ],
    ['a document with it', { grantTypes: ['client_credentials'] }, null],
    ['a grant that has just worked, unlisted', { grantTypes: ['implicit'], parameters: [] }, null],
  ];
  for (const [name, facts, why] of rows) {
    test(name, () => {
      const told = whyNoGrant({ ...NOTHING, ...facts });
      if (why === null) assert.equal(told, null);
      else assert.match(told ?? '', why);
    });
  }
});
