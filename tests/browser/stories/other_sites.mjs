import assert from 'node:assert/strict';
import { PASSWORD } from '../harness/application.mjs';
import { asking, blind, embedded as embed, form, jsonForm } from '../harness/attacks.mjs';
import { story } from '../harness/story.mjs';
import { Visitor } from '../harness/visitor.mjs';

const EVE = 'eve@example.com';
const NEW = { current_password: PASSWORD, new_password: 'chosen by somebody else' };
const COOKIES = ['__Host-auth_access', '__Host-auth_refresh'];

// The requests of a stranger's page, by the path that each is sent to.
const attacks = (page, app) => ({
  '/auth/logout': [
    () => form(page, app.at('/auth/logout')),
    () => blind(page, app.at('/auth/logout')),
    () => blind(page, app.at('/auth/logout'), '{}'),
  ],
  '/auth/login': [
    () => form(page, app.at('/auth/login'), { username: EVE, password: PASSWORD }),
    () => blind(page, app.at('/auth/login'), JSON.stringify({ email: EVE, password: PASSWORD })),
  ],
  '/auth/register': [
    () => jsonForm(page, app.at('/auth/register'), { email: EVE, password: PASSWORD, name: 'Eve' }),
  ],
  '/auth/password/change': [
    () => jsonForm(page, app.at('/auth/password/change'), NEW),
    () => blind(page, app.at('/auth/password/change'), JSON.stringify(NEW)),
  ],
  '/auth/refresh': [() => form(page, app.at('/auth/refresh'))],
  '/mine': [() => form(page, app.at('/mine')), () => blind(page, app.at('/mine'))],
});

// Somebody signs in at `app`, and then visits a page at `place` that tries everything.
async function visited({ app, page, place, bring }) {
  const ada = await Visitor.registered(page, app);
  const jar = await ada.jar();
  for (const [path, sent] of Object.entries(attacks(page, app))) {
    for (const send of sent) {
      await page.goto(place);
      const seen = await app.next(path, send);
      assert.equal(seen.site, 'cross-site', path);
      assert.deepEqual(seen.cookies, bring, `${path}, ${send}`);
      // Without a cookie a change of the application's own is nobody's.
      const nobody = path === '/mine' && bring.length === 0;
      const refused = nobody ? [401, 'missing_token'] : [403, 'csrf_rejected'];
      assert.deepEqual([seen.status, seen.code], refused, `${path}, ${send}`);
    }
  }
  await page.goto(app.at('/'));
  assert.deepEqual(await ada.jar(), jar);
  assert.equal(await ada.who(), ada.email);
  assert.equal((await ada.login()).status, 200, 'the password is the old one');
}

await story({
  'on plain http': ({ local, page, stranger }) =>
    visited({ app: local, page, place: stranger.at('127.0.0.1'), bring: [] }),

  'behind TLS': ({ app, page }) => visited({ app, page, place: 'https://evil.test/', bring: [] }),

  'with cookies that come along': ({ embedded, page }) =>
    visited({ app: embedded, page, place: 'https://evil.test/', bring: COOKIES }),

  'what has to ask first is not sent at all': async ({ embedded, page }) => {
    const ada = await Visitor.registered(page, embedded);
    await page.goto('https://evil.test/');
    const headers = { 'content-type': 'application/json' };
    const tries = [
      ['/auth/password/change', { method: 'POST', headers, body: JSON.stringify(NEW) }],
      ['/auth/logout', { method: 'POST', headers: { 'x-requested-with': 'fetch' } }],
      ['/auth/sessions', { method: 'DELETE' }],
    ];
    for (const [path, init] of tries) {
      const before = await embedded.seen(path);
      assert.equal(await asking(page, embedded.at(path), init), 'TypeError');
      assert.deepEqual(await embedded.seen(path), before);
    }
    // What is answered is not shown.
    assert.equal(await asking(page, embedded.at('/auth/me'), {}), 'TypeError');
    await page.goto(embedded.at('/'));
    assert.equal(await ada.who(), ada.email);
  },

  // A page of ours that sends its form elsewhere, from where it comes back.
  'a detour makes a request a stranger\'s': async ({ embedded, page }) => {
    const ada = await Visitor.registered(page, embedded);
    const place = embedded.at('/auth/logout');
    const seen = await embedded.next('/auth/logout', () =>
      form(page, `https://evil.test/redirect?to=${encodeURIComponent(place)}`, {}, { leads: place }),
    );
    assert.deepEqual([seen.site, seen.origin], ['cross-site', 'null']);
    assert.deepEqual([seen.code, seen.cookies], ['csrf_rejected', COOKIES]);
    await page.goto(embedded.at('/'));
    assert.equal(await ada.who(), ada.email);
  },

  // HTML of somebody else's that a page of ours shows in a sandbox.
  'so does a sandbox': async ({ embedded, page }) => {
    const ada = await Visitor.registered(page, embedded);
    const seen = await embedded.next('/auth/logout', () =>
      page.evaluate(() => {
        const frame = document.createElement('iframe');
        frame.sandbox = 'allow-scripts allow-forms';
        frame.srcdoc = `<form method="post" action="${location.origin}/auth/logout"></form>
          <script>document.forms[0].submit()</script>`;
        document.documentElement.append(frame);
      }),
    );
    assert.deepEqual([seen.site, seen.origin], ['cross-site', 'null']);
    assert.deepEqual([seen.code, seen.cookies], ['csrf_rejected', COOKIES]);
    assert.equal(await ada.who(), ada.email);
  },

  'loading its answer again makes it nobody else\'s': async ({ embedded, page }) => {
    const ada = await Visitor.registered(page, embedded);
    await page.goto('https://evil.test/');
    await form(page, embedded.at('/auth/logout'));
    const seen = await embedded.next('/auth/logout', () => page.reload());
    assert.deepEqual([seen.site, seen.code], ['cross-site', 'csrf_rejected']);
    await page.goto(embedded.at('/'));
    assert.equal(await ada.who(), ada.email);
  },

  'what is embedded is signed in where that was asked for': async ({ app, embedded, page }) => {
    for (const [there, kept] of [[app, false], [embedded, true]]) {
      const ada = await Visitor.registered(page, there);
      await page.goto('https://evil.test/');
      ada.page = await embed(page, there.at('/'));
      assert.equal(await ada.who(), kept ? ada.email : 'missing_token');
      await ada.login();
      assert.equal(await ada.who(), kept ? ada.email : 'missing_token');
      await there.wait(900 + 60);
      const renewed = await ada.post('/auth/refresh');
      assert.equal(renewed.code, kept ? undefined : 'invalid_refresh_token');
      assert.equal(await ada.who(), kept ? ada.email : 'missing_token');
    }
  },

  'a link that is followed brings what the attribute says': async ({ page, ...apps }) => {
    for (const [name, arrives] of [['app', true], ['embedded', true], ['strict', false]]) {
      const app = apps[name];
      const ada = await Visitor.registered(page, app);
      await page.goto('https://evil.test/');
      await page.evaluate((href) => location.assign(href), app.at('/drafts'));
      await page.waitForURL(app.at(arrives ? '/drafts' : '/login?next=%2Fdrafts'));
      // From a page of ours on they all come.
      assert.equal(await ada.who(), ada.email);
      await page.goto(app.at('/drafts'));
      assert.equal(await page.title(), 'drafts');
    }
  },
});
