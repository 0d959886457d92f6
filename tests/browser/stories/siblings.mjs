import assert from 'node:assert/strict';
import { blind, form } from '../harness/attacks.mjs';
import { story } from '../harness/story.mjs';
import { Visitor } from '../harness/visitor.mjs';

const HOST = ['__Host-auth_access', '__Host-auth_refresh'];

// A page at `place`, to which the cookies of `app` are no other site's.
async function visited({ app, page, place, bring }) {
  const ada = await Visitor.registered(page, app);
  for (const send of [form, blind]) {
    for (const path of ['/auth/logout', '/auth/login', '/auth/password/change', '/mine']) {
      await page.goto(place);
      await send(page, app.at(path));
      const { site, cookies, status, code } = (await app.seen(path)).at(-1);
      assert.deepEqual([site, status, code], ['same-site', 403, 'csrf_rejected'], path);
      assert.deepEqual(cookies.toSorted(), bring, path);
    }
  }
  await page.goto(app.at('/'));
  assert.equal(await ada.who(), ada.email);
}

await story({
  'another host of the site': ({ app, page }) =>
    visited({ app, page, place: 'https://evil.example.test/', bring: HOST }),

  'another port of this machine': ({ local, page, stranger }) =>
    visited({
      app: local,
      page,
      place: stranger.at('localhost'),
      bring: ['auth_access', 'auth_refresh'],
    }),

  'one that is trusted may': async ({ trusting, page }) => {
    await Visitor.registered(page, trusting);
    for (const [host, status] of [['evil', 403], ['admin', 200]]) {
      await page.goto(`https://${host}.example.test/`);
      await blind(page, trusting.at('/mine'));
      const seen = (await trusting.seen('/mine')).at(-1);
      assert.deepEqual([seen.site, seen.status], ['same-site', status]);
    }
  },

  'none can plant a cookie of one host': async ({ app, page, stranger }) => {
    const ada = await Visitor.registered(page, app);
    const jar = await ada.jar();
    const where = '; Domain=example.test; Path=/';
    const names = ['__Host-auth_access', '__host-auth_access', '__HOST-AUTH_ACCESS'];
    const texts = [
      ...names.flatMap((name) => [`${name}=evil${where}`, `${name}=evil${where}; Secure`]),
      // Names that a browser, or a server, might read as ours (RFC 6265bis §5.7).
      `=__Host-auth_access=evil${where}; Secure`,
      `__Host-auth_access${where}; Secure`,
      `\u2000__Host-auth_access=evil${where}; Secure`,
      `\u00a0__Host-auth_access=evil${where}; Secure`,
      `\u0085__Host-auth_access=evil${where}; Secure`,
      `"__Host-auth_access"=evil${where}; Secure`,
      `__Host-auth_access =evil${where}; Secure`,
      `auth_access=evil${where}`,
    ];
    const planted = new URLSearchParams(texts.map((text) => ['cookie', text]));
    // The last is the host of the application, to somebody on the network.
    for (const place of ['https://evil.example.test', stranger.at('app.example.test')]) {
      await page.goto(`${place}/plant?${planted}`);
      await page.evaluate((texts) => texts.forEach((text) => (document.cookie = text)), texts);
      await page.goto(app.at('/'));
      assert.equal(await ada.who(), ada.email, place);
    }
    const now = await ada.jar();
    assert.deepEqual(Object.fromEntries(HOST.map((name) => [name, now[name]])), jar);
    assert.ok(Object.keys(now).length > HOST.length, 'the browser takes what is not ours');
  },

  // The price of a domain, which the manual names: they can, and one that comes twice is none.
  'any can plant one of the whole domain': async ({ shared, page }) => {
    const ada = await Visitor.registered(page, shared);
    await page.goto('https://evil.example.test/');
    await page.evaluate(() => {
      document.cookie = '__Secure-auth_session=evil; Domain=example.test; Path=/auth; Secure';
    });
    await page.goto(shared.at('/'));
    assert.equal(await ada.who(), 'invalid_token');
  },
});
