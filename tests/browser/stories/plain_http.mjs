import assert from 'node:assert/strict';
import { PASSWORD } from '../harness/application.mjs';
import { form } from '../harness/attacks.mjs';
import { story } from '../harness/story.mjs';
import { Visitor } from '../harness/visitor.mjs';

const kept = (sameSite) => ({
  domain: 'localhost',
  path: '/',
  expires: -1,
  httpOnly: true,
  secure: false,
  sameSite,
});

const last = async (app, path) => (await app.seen(path)).at(-1);

await story({
  'a sign-up is kept in cookies that no script reads': async ({ app, page }) => {
    const ada = await Visitor.registered(page, app);
    assert.deepEqual(await ada.jar(), { auth_access: kept('Lax'), auth_refresh: kept('Strict') });
    assert.equal(await page.evaluate(() => document.cookie), '');
    assert.equal((await last(app, '/auth/register')).site, 'same-origin');
    await page.reload();
    assert.equal(await ada.who(), ada.email);
  },

  'the attribute is the one that was configured': async ({ session, page }) => {
    const ada = await Visitor.registered(page, session);
    assert.deepEqual(await ada.jar(), { auth_session: kept('Strict') });
  },

  'a login and a logout change what the jar holds': async ({ app, page }) => {
    const ada = await Visitor.registered(page, app);
    for (const headers of [{}, { 'x-requested-with': 'fetch' }]) {
      assert.equal((await ada.post('/auth/logout', undefined, headers)).status, 204);
      assert.deepEqual(await ada.jar(), {});
      assert.equal(await ada.who(), 'missing_token');
      const login = { email: ada.email, password: PASSWORD };
      assert.equal((await ada.post('/auth/login', login, headers)).status, 200);
      await page.reload();
      assert.equal(await ada.who(), ada.email);
    }
  },

  'a token that is over is renewed by its cookie': async ({ app, page }) => {
    const ada = await Visitor.registered(page, app);
    const before = await ada.values();
    await app.wait(900 + 60);
    assert.equal(await ada.who(), 'invalid_token');
    assert.equal((await ada.post('/auth/refresh')).status, 200);
    assert.equal(await ada.who(), ada.email);
    const after = await ada.values();
    assert.ok(after.length === 2 && after.every((value) => !before.includes(value)));
    assert.deepEqual(await ada.jar(), { auth_access: kept('Lax'), auth_refresh: kept('Strict') });
    assert.equal((await ada.post('/auth/logout')).status, 204);
    assert.equal((await ada.post('/auth/refresh')).code, 'invalid_refresh_token');
  },

  'a login form needs no script': async ({ app, page }) => {
    const ada = await Visitor.registered(page, app);
    await ada.post('/auth/logout');
    await page.goto(app.at('/login'));
    await form(page, app.at('/auth/login'), { username: ada.email, password: PASSWORD });
    await page.goto(app.at('/drafts'));
    assert.equal(await page.title(), 'drafts');
  },

  'a form of the application works, though it name no origin': async ({ app, page }) => {
    const ada = await Visitor.registered(page, app);
    for (const [path, origin] of [['/', app.origin], ['/private', 'null']]) {
      await page.goto(app.at(path));
      await form(page, app.at('/mine'));
      const { status, site, origin: named } = await last(app, '/mine');
      assert.deepEqual([status, site, named], [200, 'same-origin', origin]);
      assert.equal(await page.evaluate(() => document.body.innerText), ada.email);
    }
  },
});
