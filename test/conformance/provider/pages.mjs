// SPDX-License-Identifier: Apache-2.0

const escape = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

function page(ctx, title, body) {
  ctx.type = "html";
  ctx.body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><main><h1>${title}</h1>${body}</main>`;
}

function login(ctx, uid, fault = "") {
  page(
    ctx,
    "Sign in",
    `<p role="alert">${escape(fault)}</p><form method="post" action="/interaction/${escape(uid)}">
     <label>Account <input name="account" required autofocus></label> <button>Sign in</button></form>
     <form method="post" action="/interaction/${escape(uid)}"><button name="cancel" value="1">Cancel</button></form>`,
  );
}

/** pages asks for the name of an account, and for nothing else. */
export function pages(provider, world) {
  return async (ctx, next) => {
    const uid = /^\/interaction\/([\w-]+)$/.exec(ctx.path)?.[1];
    if (uid === undefined) {
      return next();
    }
    await provider.interactionDetails(ctx.req, ctx.res);
    if (ctx.method !== "POST") {
      return login(ctx, uid);
    }
    const form = new URLSearchParams(Buffer.concat(await ctx.req.toArray()).toString());
    ctx.respond = false;
    if (form.has("cancel")) {
      return provider.interactionFinished(ctx.req, ctx.res, { error: "access_denied", error_description: "cancelled" });
    }
    const account = form.get("account")?.trim() ?? "";
    if (!world.account(account)) {
      ctx.respond = true;
      ctx.status = 400;
      return login(ctx, uid, `There is no account ${account}`);
    }
    return provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: account } }, { mergeWithLastSubmission: false });
  };
}

/** logout asks before it ends the session, as the standard wants it. */
export function logout(ctx, form) {
  page(ctx, "Sign out", `${form}<button form="op.logoutForm" name="logout" value="yes">Sign out</button>`);
}

/** loggedOut is where one lands without an address to return to. */
export function loggedOut(ctx) {
  page(ctx, "Signed out", "");
}

/** refusal shows an error that cannot go back to the client. */
export function refusal(ctx, out) {
  page(ctx, "Refused", `<dl>${Object.entries(out).map(([key, value]) => `<dt>${escape(key)}<dd>${escape(value)}`).join("")}</dl>`);
}
