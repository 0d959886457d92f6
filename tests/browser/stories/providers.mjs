import assert from 'node:assert/strict';
import { story } from '../harness/story.mjs';
import { Visitor } from '../harness/visitor.mjs';

const AUTHORIZE = '/auth/oauth/idp/authorize';
const FLOW = 10 * 60;

// Sends the browser to the provider, by the page in view.
async function begin(page, app, next = '/drafts') {
  await app.now();
  await page.goto(app.at('/'));
  await page.evaluate((place) => location.assign(place), `${AUTHORIZE}?next=${next}`);
  await page.waitForSelector('input[name=login], button[type=submit]');
}

// Fills in the provider's own form.
async function give(page, who) {
  await page.fill('input[name=login]', who);
  await page.fill('input[name=password]', 'whatever');
  await page.click('button[type=submit]');
}

// Lets the application know, where one is asked, and waits for the page that comes of it.
async function allow(page, app, leads) {
  const there = page.waitForURL((url) => url.origin === app.origin);
  const asked = page.waitForSelector('text=Continue').then((it) => it.click());
  asked.catch(() => {}); // Where it knows already, nobody is asked.
  await there;
  if (leads) assert.equal(page.url(), app.at(leads));
}

async function signIn(page, app, who, next = '/drafts') {
  await begin(page, app, next);
  await give(page, who);
  await allow(page, app, next);
}

// What the page in view shows of a refusal.
const code = async (page) => JSON.parse(await page.textContent('body')).code;

const flows = (jar) => Object.keys(jar).filter((name) => name.includes('auth_oauth_'));

await story({
  'a first sign-in makes an account, and leads to where one wanted to go': async ({ app, page }) => {
    const visitor = new Visitor(page, app);
    await page.goto(app.at('/drafts'));
    assert.equal(page.url(), app.at('/login?next=%2Fdrafts'));
    await begin(page, app);
    const cookies = await page.context().cookies(app.at('/'));
    const [flow] = cookies.filter(({ name }) => name.startsWith('__Host-auth_oauth_'));
    assert.deepEqual([flow.httpOnly, flow.secure, flow.sameSite, flow.path], [true, true, 'Lax', '/']);
    await give(page, 'ada');
    await allow(page, app, '/drafts');
    assert.equal(await page.title(), 'drafts');
    assert.equal(await visitor.who(), 'ada@example.com');
    const jar = await visitor.jar();
    assert.deepEqual(Object.keys(jar), ['__Host-auth_session']);
    const session = jar['__Host-auth_session'];
    assert.deepEqual([session.httpOnly, session.secure, session.sameSite], [true, true, 'Lax']);
    const { body } = await visitor.ask('GET', '/auth/me');
    assert.deepEqual([body.name, body.email_verified], ['Ada Lovelace', true]);
  },

  'who comes back is who they were': async ({ app, page }) => {
    const visitor = new Visitor(page, app);
    await signIn(page, app, 'ada');
    const before = (await visitor.ask('GET', '/auth/me')).body.id;
    assert.equal((await visitor.post('/auth/logout')).status, 204);
    assert.equal(await visitor.who(), 'missing_token');
    // The provider knows them still, and asks nothing.
    await page.goto(app.at(`${AUTHORIZE}?next=/drafts`));
    await page.waitForURL(app.at('/drafts'));
    assert.equal((await visitor.ask('GET', '/auth/me')).body.id, before);
  },

  'somebody with a password links an account, signs in with it and unlinks it': async ({ app, page }) => {
    await app.now();
    const eve = await Visitor.registered(page, app);
    const begun = await eve.post('/auth/oauth/idp/link', { next: '/' });
    assert.equal(begun.status, 200);
    await page.evaluate((place) => location.assign(place), begun.body.authorization_url);
    await page.waitForSelector('input[name=login]');
    await give(page, 'grace');
    await allow(page, app, '/');
    const linked = JSON.parse((await eve.ask('GET', '/auth/identities')).body);
    assert.deepEqual(linked.map(({ provider }) => provider), ['idp']);

    await eve.post('/auth/logout');
    await page.goto(app.at(`${AUTHORIZE}?next=/drafts`));
    await page.waitForURL(app.at('/drafts'));
    assert.equal(await eve.who(), eve.email, 'by the account at the provider, not by its address');

    assert.equal((await eve.ask('DELETE', '/auth/identities/idp')).status, 204);
    assert.equal((await eve.ask('GET', '/auth/identities')).body, '[]');
    assert.equal((await eve.ask('DELETE', '/auth/identities/idp')).status, 404);
    await eve.post('/auth/logout');
    await page.goto(app.at(`${AUTHORIZE}?next=/drafts`));
    await page.waitForURL(app.at('/drafts'));
    assert.equal(await eve.who(), 'grace@example.com', 'the account there has one of its own now');
    const last = await eve.ask('DELETE', '/auth/identities/idp');
    assert.deepEqual([last.status, last.code], [409, 'last_login_method']);
  },

  'whoever says no at the provider is nobody here': async ({ app, page }) => {
    const visitor = new Visitor(page, app);
    await begin(page, app);
    await Promise.all([page.waitForURL((url) => url.origin === app.origin), page.click('text=Cancel')]);
    assert.equal(await code(page), 'access_denied');
    assert.equal(await visitor.who(), 'missing_token');
    assert.deepEqual(flows(await visitor.jar()), []);
  },

  'an answer that comes too late is none': async ({ app, page }) => {
    const visitor = new Visitor(page, app);
    await begin(page, app);
    await give(page, 'ada');
    await page.waitForSelector('text=Continue');
    await app.wait(FLOW);
    await allow(page, app);
    assert.equal(await code(page), 'invalid_oauth_state');
    assert.equal(await visitor.who(), 'missing_token');
  },

  'a flow in each of two tabs comes to its own end': async ({ app, page }) => {
    const other = await page.context().newPage();
    await begin(page, app, '/drafts?tab=1');
    await begin(other, app, '/drafts?tab=2');
    assert.equal(flows(await new Visitor(page, app).jar()).length, 2);
    await give(page, 'ada');
    await allow(page, app, '/drafts?tab=1');
    await other.reload();
    if (await other.isVisible('input[name=login]')) await give(other, 'ada');
    await allow(other, app, '/drafts?tab=2');
    assert.deepEqual(flows(await new Visitor(page, app).jar()), []);
    await other.close();
  },

  'an answer does nothing in another browser, nor a second time in this one': async ({ app, page }) => {
    const visitor = new Visitor(page, app);
    await begin(page, app);
    await give(page, 'mallory');
    await page.waitForSelector('text=Continue');
    // The answer comes to a browser that has not asked.
    const browser = page.context();
    const kept = await browser.cookies(app.at('/'));
    await browser.clearCookies({ domain: new URL(app.origin).hostname });
    await allow(page, app);
    const answer = page.url();
    assert.equal(await code(page), 'invalid_oauth_state');
    assert.equal(await visitor.who(), 'missing_token');
    await browser.addCookies(kept);
    await page.goto(answer);
    assert.equal(page.url(), app.at('/drafts'));
    await visitor.post('/auth/logout');
    await browser.addCookies(kept);
    await page.goto(answer);
    assert.equal(await code(page), 'invalid_oauth_state');
    assert.equal(await visitor.who(), 'missing_token');
  },

  'an address that the provider has not proved takes no account over': async ({ app, page }) => {
    const visitor = new Visitor(page, app);
    await signIn(page, app, 'ada');
    await visitor.post('/auth/logout');
    await page.context().clearCookies();
    await begin(page, app);
    // Of the same address, as far as the provider says without having looked.
    await give(page, 'impostor');
    await allow(page, app);
    assert.equal(await code(page), 'email_taken');
    assert.equal(await visitor.who(), 'missing_token');
  },

  'no other site is led to afterwards': async ({ app, page }) => {
    for (const next of ['https://evil.test/', '//evil.test/', '/\\evil.test/', '/\t/evil.test/']) {
      await page.goto(app.at(`${AUTHORIZE}?next=${encodeURIComponent(next)}`));
      assert.equal(new URL(page.url()).origin, app.origin, next);
      assert.equal(await code(page), 'malformed_request', next);
    }
  },
});
