// SPDX-License-Identifier: Apache-2.0

/** controls lets a test change the world of a running provider, below /control. */
export function controls(world, keys) {
  const routes = {
    "PUT /control/portal": (body) => Object.assign(world.portal, body),
    "PUT /control/accounts": (body) => Object.entries(body).forEach(([name, claims]) => put(world.accounts, name, claims)),
    "PUT /control/applications": (body) => Object.entries(body).forEach(([id, it]) => put(world.applications, id, it)),
    "POST /control/sign": ({ claims, header }) => ({ token: keys.sign(claims, header) }),
  };
  return async (ctx, next) => {
    const route = routes[`${ctx.method} ${ctx.path}`];
    if (!route) {
      return next();
    }
    const chunks = await ctx.req.toArray();
    ctx.body = route(JSON.parse(Buffer.concat(chunks))) ?? {};
  };
}

function put(map, key, value) {
  if (value === null) {
    map.delete(key);
  } else {
    map.set(key, value);
  }
}
