import assert from 'node:assert/strict';
import { story } from '../harness/story.mjs';
import { Visitor } from '../harness/visitor.mjs';

const MONTH = 30 * 24 * 60 * 60;

// Signs in on the page in view, which then leads on.
async function signIn(visitor) {
  assert.equal((await visitor.login()).status, 200);
  await Promise.all([
    visitor.page.waitForEvent('framenavigated'),
    // Afterwards: an answer from a page that is being left may never come.
    visitor.page.evaluate(() => void setTimeout(() => location.assign(next))),
  ]);
}

await story({
  'somebody who is not signed in comes back to where they wanted to go': async ({ app, page }) => {
    const ada = await Visitor.registered(page, app);
    await page.goto(app.at('/drafts?page=2'));
    assert.equal(page.url(), app.at('/drafts?page=2'));
    await ada.post('/auth/logout');
    await page.goto(app.at('/drafts?page=2'));
    assert.equal(page.url(), app.at('/login?next=%2Fdrafts%3Fpage%3D2'));
    await signIn(ada);
    assert.equal(page.url(), app.at('/drafts?page=2'));
    assert.equal(await page.title(), 'drafts');
  },

  'so does somebody whose session is over': async ({ app, page }) => {
    const ada = await Visitor.registered(page, app);
    await app.wait(MONTH + 1);
    await page.goto(app.at('/drafts'));
    assert.equal(page.url(), app.at('/login?next=%2Fdrafts'));
    assert.deepEqual(Object.keys(await ada.jar()), ['__Host-auth_session']);
    await signIn(ada);
    assert.equal(page.url(), app.at('/drafts'));
  },

  'a script is told and not led': async ({ app, page }) => {
    const visitor = new Visitor(page, app);
    await page.goto(app.at('/'));
    const reply = await visitor.ask('GET', '/drafts', undefined, { accept: 'text/html' });
    assert.deepEqual([reply.status, reply.code], [401, 'missing_token']);
  },

  'no link leads from the login page to another site': async ({ app, page }) => {
    const ada = await Visitor.registered(page, app);
    const elsewhere = [
      'https://evil.test/',
      '//evil.test/',
      '/\\evil.test/',
      '\\\\evil.test/',
      '/\t/evil.test/',
      '/\n/evil.test/',
      ' //evil.test/',
      'javascript:location.assign("https://evil.test/")',
    ];
    for (const next of elsewhere) {
      // A browser would go there.
      assert.notEqual(new URL(next, app.origin).origin, app.origin, next);
      await page.goto(app.at(`/login?${new URLSearchParams({ next })}`));
      await signIn(ada);
      assert.equal(page.url(), app.at('/'), next);
    }
  },
});
