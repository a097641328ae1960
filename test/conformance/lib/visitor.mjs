// SPDX-License-Identifier: Apache-2.0

/** Visitor is a browser as far as a sign-in needs one: it keeps cookies, by origin, and fills in forms. */
export class Visitor {
  #jars = new Map();

  /** request sends one request and keeps the cookies of the answer; it follows nothing. */
  async request(url, init = {}) {
    const jar = this.#jar(url);
    const headers = new Headers(init.headers);
    if (jar.size > 0) {
      headers.set("cookie", [...jar].map(([name, value]) => `${name}=${value}`).join("; "));
    }
    const answer = await fetch(url, { ...init, headers, redirect: "manual" });
    for (const cookie of answer.headers.getSetCookie()) {
      const [name, value] = cookie.split(";", 1)[0].split(/=(.*)/s);
      if (value === "" || /max-age=0\b|expires=Thu, 01 Jan 1970/i.test(cookie)) {
        jar.delete(name);
      } else {
        jar.set(name, value);
      }
    }
    return answer;
  }

  #jar(url) {
    const { origin } = new URL(url);
    if (!this.#jars.has(origin)) {
      this.#jars.set(origin, new Map());
    }
    return this.#jars.get(origin);
  }

  /** visit follows redirects up to a page, or up to an address that starts with until, which it does not ask for. */
  async visit(url, { until, ...init } = {}) {
    let at = new URL(url);
    let answer = await this.request(at, init);
    for (let hops = 0; answer.status >= 300 && answer.status < 400 && answer.headers.has("location"); hops++) {
      if (hops === 20) {
        throw new Error(`too many redirects, the last to ${at}`);
      }
      at = new URL(answer.headers.get("location"), at);
      if (until !== undefined && at.href.startsWith(until)) {
        return { at, answer, text: "" };
      }
      answer = await this.request(at);
    }
    return { at, answer, text: await answer.text() };
  }

  /** submit sends the first form of a page, with its hidden fields and those given. */
  submit({ at, text }, fields, { until } = {}) {
    const action = /<form[^>]*\baction="([^"]+)"/.exec(text);
    if (!action) {
      throw new Error(`there is no form at ${at}: ${text.slice(0, 300)}`);
    }
    const hidden = [...text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]+)"/g)].map(([, name, value]) => [name, value]);
    const body = new URLSearchParams([...hidden, ...Object.entries(fields)]);
    return this.visit(new URL(action[1], at), { until, method: "POST", body });
  }
}
