/**
 * The same requests as `bare.mjs` makes, by Node's own `fetch`: undici as Node brings it. Arguments as there.
 */
const [token, url, issuer] = process.argv.slice(2);

/** @returns {Promise<any>} */
async function get(address, headers = {}) {
  const response = await fetch(address, { headers });
  return response.json();
}

async function provider() {
  if (issuer === undefined) return;
  const { jwks_uri } = await get(`${issuer}/.well-known/openid-configuration`);
  await get(jwks_uri);
}

const [answer] = await Promise.all([get(url, { authorization: `aivenv1 ${token}` }), provider()]);
console.log(Object.keys(answer).join());
