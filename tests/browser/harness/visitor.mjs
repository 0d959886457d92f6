// What somebody does on a page of an application: everything goes through the page's own `fetch`.

import { PASSWORD } from './application.mjs';

let visitors = 0;

export class Visitor {
  constructor(page, app) {
    this.page = page;
    this.app = app;
    visitors += 1;
    this.email = `ada${visitors}@example.com`;
  }

  // Somebody new, who has just signed up at `app`.
  static async registered(page, app) {
    const visitor = new Visitor(page, app);
    await page.goto(app.at('/'));
    const reply = await visitor.post('/auth/register', {
      email: visitor.email,
      password: PASSWORD,
      name: 'Ada',
    });
    if (reply.status !== 201) throw new Error(`no registration: ${JSON.stringify(reply)}`);
    return visitor;
  }

  // `{status, code, body}` of a request that the page in view makes.
  ask(method, path, body, headers = {}) {
    const init = { method, headers };
    if (body !== undefined) {
      init.body = JSON.stringify(body);
      init.headers = { 'content-type': 'application/json', ...headers };
    }
    return this.page.evaluate(
      async ([path, init]) => {
        const reply = await fetch(path, init);
        const text = await reply.text();
        const body = text.startsWith('{') ? JSON.parse(text) : text;
        return { status: reply.status, code: body.code, body };
      },
      [path, init],
    );
  }

  post(path, body, headers) {
    return this.ask('POST', path, body, headers);
  }

  login({ password = PASSWORD, remember } = {}) {
    return this.post('/auth/login', { email: this.email, password, remember });
  }

  // The address of whoever is signed in; what is said to a stranger otherwise.
  async who() {
    const { body, code } = await this.ask('GET', '/auth/me');
    return body.email ?? code;
  }

  // The cookies that the browser keeps for the application, by name, without their values.
  async jar(path = '/') {
    const kept = await this.#cookies(path);
    return Object.fromEntries(kept.map(({ name, value, ...rest }) => [name, rest]));
  }

  // Their values.
  async values() {
    return (await this.#cookies('/')).map(({ value }) => value);
  }

  #cookies(path) {
    return this.page.context().cookies(this.app.at(path));
  }
}
