import assert from 'node:assert/strict';
import { Profile } from '../harness/chromium.mjs';
import { story } from '../harness/story.mjs';
import { Visitor } from '../harness/visitor.mjs';

const MONTH = 30 * 24 * 60 * 60;

const kept = (rest) => ({
  path: '/',
  expires: -1,
  httpOnly: true,
  secure: true,
  sameSite: 'Lax',
  ...rest,
});

await story({
  'two cookies of one host carry a JWT and what renews it': async ({ app, page }) => {
    const ada = await Visitor.registered(page, app);
    const domain = 'app.example.test';
    assert.deepEqual(await ada.jar(), {
      '__Host-auth_access': kept({ domain }),
      '__Host-auth_refresh': kept({ domain, sameSite: 'Strict' }),
    });
    assert.equal(await page.evaluate(() => document.cookie), '');
    await app.wait(900 + 60);
    assert.equal(await ada.who(), 'invalid_token');
    assert.equal((await ada.post('/auth/refresh')).status, 200);
    await page.reload();
    assert.equal(await ada.who(), ada.email);
    assert.equal((await ada.post('/auth/logout')).status, 204);
    assert.deepEqual(await ada.jar(), {});
  },

  'one cookie carries an opaque token': async ({ session, page }) => {
    const ada = await Visitor.registered(page, session);
    const cookie = kept({ domain: 'session.example.test' });
    assert.deepEqual(await ada.jar(), { '__Host-auth_session': cookie });
    assert.equal(await ada.who(), ada.email);
    assert.equal((await ada.post('/auth/logout')).status, 204);
    assert.deepEqual(await ada.jar(), {});
  },

  'what was shown is not shown again after a logout': async ({ session, page }) => {
    const ada = await Visitor.registered(page, session);
    const shown = () => page.evaluate(() => document.body.innerText);
    await page.goto(session.at('/auth/me'));
    assert.match(await shown(), new RegExp(ada.email));
    await page.goto(session.at('/'));
    assert.equal((await ada.post('/auth/logout')).status, 204);
    await page.goBack();
    assert.match(await shown(), /missing_token/);
  },

  'those of a whole domain say so in their name': async ({ shared, page }) => {
    const ada = await Visitor.registered(page, shared);
    const cookie = kept({ domain: '.example.test' });
    assert.deepEqual(await ada.jar(), { '__Secure-auth_session': cookie });
    assert.equal(await ada.who(), ada.email);
    assert.equal((await ada.post('/auth/logout')).status, 204);
    assert.deepEqual(await ada.jar(), {});
  },

  'those of a path are sent there alone': async ({ below, page }) => {
    const ada = await Visitor.registered(page, below);
    const place = { domain: 'below.example.test', path: '/auth' };
    assert.deepEqual(await ada.jar('/auth/me'), {
      '__Secure-auth_access': kept(place),
      '__Secure-auth_refresh': kept({ ...place, sameSite: 'Strict' }),
    });
    assert.deepEqual(await ada.jar(), {});
    assert.equal(await ada.who(), ada.email);
    assert.equal((await ada.post('/mine')).code, 'missing_token');
    assert.equal((await ada.post('/auth/logout')).status, 204);
    assert.deepEqual(await ada.jar('/auth/me'), {});
  },

  'whoever asks to be remembered is when the browser starts again': async (stage) => {
    const { app, session, relay } = stage;
    const profile = await Profile.create();
    const start = async (visit) => {
      const browser = await profile.launch(relay);
      try {
        return await visit(await browser.newPage());
      } finally {
        await browser.close();
      }
    };
    const { email } = await start(async (page) => {
      await Visitor.registered(page, app);
      const ada = await Visitor.registered(page, session);
      assert.equal((await ada.login({ remember: true })).status, 200);
      const { expires } = (await ada.jar())['__Host-auth_session'];
      const lasts = expires - Date.now() / 1000;
      assert.ok(Math.abs(lasts - MONTH) < 60, `it lasts ${lasts} s`);
      return ada;
    });
    await start(async (page) => {
      const visits = async (there) => {
        await page.goto(there.at('/'));
        return new Visitor(page, there).who();
      };
      assert.equal(await visits(app), 'missing_token');
      assert.equal(await visits(session), email);
    });
    await profile.remove();
  },
});
