/**
 * The floor: makes the requests of a run that finds nothing to change, with `node:http` and `node:https`, and checks
 * nothing. Arguments: the token, the URL of the Aiven API's answer, and the issuer if the provider is to be asked.
 */
import { createRequire } from 'node:module';

// An `import` of `node:http` would load Node's whole WebSocket with it, which takes longer than the requests.
const require = createRequire(import.meta.url);
const http = require('node:http');
const https = require('node:https');

const [token, url, issuer] = process.argv.slice(2);

/** @returns {Promise<any>} */
function get(address, headers = {}) {
  return new Promise((resolve, reject) => {
    const client = address.startsWith('https:') ? https : http;
    const request = client.get(address, { headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString('utf8'))));
    });
    request.on('error', reject);
  });
}

async function provider() {
  if (issuer === undefined) return;
  const { jwks_uri } = await get(`${issuer}/.well-known/openid-configuration`);
  await get(jwks_uri);
}

const [answer] = await Promise.all([get(url, { authorization: `aivenv1 ${token}` }), provider()]);
console.log(Object.keys(answer).join());
http.globalAgent.destroy();
https.globalAgent.destroy();
