import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { subtleDifference } from '../../src/difference.ts';

describe('the difference between two issuers', () => {
  for (const [one, other, told] of [
    ['https://a.example.com', 'https://a.example.com/', 'they differ only by a trailing slash'],
    ['https://A.example.com', 'https://a.example.com', 'they differ only in upper and lower case'],
    ['http://a.example.com', 'https://a.example.com', 'they differ only by http and https'],
    ['https://a.example.com ', 'https://a.example.com', 'they differ only in spaces'],
    ['https://a.example.com', 'https://b.example.com', ''],
    ['https://a.example.com/v1', 'https://a.example.com/v2', ''],
  ] as const) {
    test(`${one} and ${other}`, () => {
      assert.equal(subtleDifference(one, other), told);
      assert.equal(subtleDifference(other, one), told);
    });
  }
});
